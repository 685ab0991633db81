export { toDeleteEvent } from "./to-delete-event.ts";
export { toUploadEvent } from "./to-upload-event.ts";
