export {
  CHOSEN,
  type ChoiceStatus,
  DynamicChoice,
  ERROR,
  NODATA,
  type RRsetChooser,
  type RRsetSigner,
} from './choice.ts';
export { AUTHORITY_ERROR_CODES, AuthorityError, type AuthorityErrorCode } from './errors.ts';
export { type ZoneAnswererOptions, zoneAnswerer } from './zone-answerer.ts';
