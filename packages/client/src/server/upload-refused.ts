/** An upload that a client asked for and must not get. The message may be shown to the client: answer it with 400. */
export class UploadRefused extends Error {
  override name = "UploadRefused";
}
