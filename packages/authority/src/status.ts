import type * as router from '@dnsteer/router';

// What a link becomes, by the router's numbers. Of the router only types are imported: an image is answered from without it at run time, and the
// compiler holds these to its values.
export const ANSWERED: typeof router.ANSWERED = 0;
export const NEXT_LINK: typeof router.NEXT_LINK = 1;
export const REFUSED_LINK: typeof router.REFUSED_LINK = 2;
