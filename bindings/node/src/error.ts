/** What an error is about: the C interface's status without its prefix, or `closed` for a call after `close()`. */
export type Kind =
  | 'closed'
  | 'null-pointer'
  | 'buffer-too-small'
  | 'invalid-argument'
  | 'panic'
  | 'headers-missing'
  | 'format-invalid'
  | 'date-invalid'
  | 'signature-mismatch'
  | 'clock-skew'
  | 'field-missing'
  | 'field-unknown'
  | 'field-duplicate'
  | 'field-invalid'
  | 'recipe-invalid'
  | 'recipe-unknown'
  | 'token-malformed'
  | 'token-mismatch';

/** The parts of an error beside its message. */
export interface Details {
  kind: Kind;
  status: number;
  httpStatus?: number | null;
  vendorText?: string | null;
  offset?: number | null;
  keyIndex?: number | null;
  field?: string | null;
}

/** A refusal, or an argument that cannot be worked with. It never holds a byte of a secret. */
export class ImzaError extends Error {
  override readonly name = 'ImzaError';
  readonly kind: Kind;
  /** The number of the status in the C interface, such as 104. */
  readonly status: number;
  /** The HTTP status with which Diyalog answers such a request (DLGA-14), or null. */
  readonly httpStatus: number | null;
  /** The text with which Diyalog answers such a request (DLGA-14), or null. */
  readonly vendorText: string | null;
  /** The byte, of the value's UTF-8, at which the value goes wrong, or null. */
  readonly offset: number | null;
  /** The key that matched although the request is refused (by the clock), or null. */
  readonly keyIndex: number | null;
  /** The posted field that the error is about, or null. */
  readonly field: string | null;

  constructor(message: string, details: Details) {
    super(message);
    this.kind = details.kind;
    this.status = details.status;
    this.httpStatus = details.httpStatus ?? null;
    this.vendorText = details.vendorText ?? null;
    this.offset = details.offset ?? null;
    this.keyIndex = details.keyIndex ?? null;
    this.field = details.field ?? null;
  }
}

/** An argument that cannot be worked with, found before the library was asked. */
export function invalid(message: string, offset: number | null = null): ImzaError {
  return new ImzaError(message, { kind: 'invalid-argument', status: 3, offset });
}
