import { useState } from "preact/hooks";

const THEMES = ["system", "light", "dark"] as const;
type Theme = (typeof THEMES)[number];

/** Light, dark, or as the system is set; remembered in this browser. */
export function ThemeSwitch() {
  const [theme, setTheme] = useState(stored);
  apply(theme);
  return (
    <label class="theme">
      <span>Theme</span>
      <select
        value={theme}
        onChange={({ currentTarget }) => {
          const chosen = toTheme(currentTarget.value);
          localStorage.setItem("theme", chosen);
          setTheme(chosen);
        }}
      >
        {THEMES.map((name) => (
          <option key={name}>{name}</option>
        ))}
      </select>
    </label>
  );
}

function stored(): Theme {
  return toTheme(localStorage.getItem("theme"));
}

function toTheme(text: string | null): Theme {
  return THEMES.find((name) => name === text) ?? "system";
}

function apply(theme: Theme): void {
  document.documentElement.style.colorScheme = theme === "system" ? "light dark" : theme;
}
