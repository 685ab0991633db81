/** The pipeline that the console shows, and what its user may do. */
export interface Session {
  /** Sent back with every change. */
  csrfToken: string;
  /** The name of the environment: `local` on this machine. */
  environment: string;
  /** `http://127.0.0.1:4566`, `prod in eu-central-1`; null while no pipeline answers. */
  pipeline: string | null;
  isLocal: boolean;
  allowsWrites: boolean;
  /** What every key of an upload starts with. */
  uploadPrefix: string;
  /** What may be chosen to filter images. */
  reasons: string[];
  formats: string[];
}

export interface SessionApi {
  "GET /api/session": { answer: Session };
}
