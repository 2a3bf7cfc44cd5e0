export { decodeMessage } from './objects/decode-message.ts';
export type { EdnsOption } from './objects/edns.ts';
export { encodeMessage } from './objects/encode-message.ts';
export type { Message, MessageInput, OptRecord, Question, ResourceRecord } from './objects/message.ts';
export { decodeRdata, encodeRdata } from './objects/rdata.ts';
