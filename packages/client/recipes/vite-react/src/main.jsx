import { Picture } from "@image-pipeline/client/react";
import { StrictMode, Suspense, use } from "react";
import { createRoot } from "react-dom/client";

const baseUrl = import.meta.env.VITE_IMAGES_URL;
const manifest = fetch(`${baseUrl}/manifests/photos/cat.jpg.json`).then((answer) => answer.json());

function Cat() {
  return <Picture manifest={use(manifest)} baseUrl={baseUrl} sizes="100vw" alt="A cat on a wall" />;
}

createRoot(document.getElementById("root")).render(
  <StrictMode>
    <Suspense fallback="…">
      <Cat />
    </Suspense>
  </StrictMode>,
);
