/** JSON as text, in an area that scrolls. */
export function Json({ label, text }: { label: string; text: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: an area that scrolls must be reachable by keyboard
    <section class="json" aria-label={label} tabIndex={0}>
      <pre>{text}</pre>
    </section>
  );
}
