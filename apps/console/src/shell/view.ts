import type { ComponentType } from "preact";

/** One view of the console. It is a folder in `src/views`, an address in `src/paths.ts`, and a line in `src/views.ts`. */
export interface View {
  /** The heading, and the title of the browser's tab. */
  title: string;
  /** The name in the navigation; a view without one is reached from another. */
  navigation?: string;
  /** Loaded when the view is opened for the first time. */
  load(): Promise<{ default: ComponentType }>;
}
