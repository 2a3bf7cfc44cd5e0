export {
  CHOSEN,
  type ChoiceStatus,
  DynamicChoice,
  ERROR,
  NODATA,
  PreparedRdatas,
  type RRsetChooser,
  type RRsetSigner,
} from './choice.ts';
export { AUTHORITY_ERROR_CODES, AuthorityError, type AuthorityErrorCode } from './errors.ts';
export { type ZoneAnswererOptions, zoneAnswerer } from './zone-answerer.ts';
