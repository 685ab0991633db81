/** Something a reviewer must see, about one resource. */
export interface Finding {
  address: string;
  /** One sentence in Markdown. */
  what: string;
}
