import { QueryClient, QueryClientProvider } from "@tanstack/preact-query";
import { useEffect } from "preact/hooks";
import { Link, Route, Switch, useLocation } from "wouter-preact";
import { useSession } from "./client/use-session.ts";
import { ProblemNote } from "./parts/states.tsx";
import { PATHS } from "./paths.ts";
import { Lazy } from "./shell/lazy.tsx";
import { ThemeSwitch } from "./shell/theme-switch.tsx";
import type { View } from "./shell/view.ts";
import { VIEWS } from "./views.ts";

const queries = new QueryClient({ defaultOptions: { queries: { retry: 1, staleTime: 2000 } } });

/** The layout of every view: a header with the environment, the navigation, and the view. */
export function App() {
  return (
    <QueryClientProvider client={queries}>
      <a class="skip" href="#view">
        Skip to the view
      </a>
      <Header />
      <Navigation />
      <main id="view" tabIndex={-1}>
        <Switch>
          {PATHS.map((path) => (
            <Route key={path} path={path}>
              <Page view={VIEWS[path]} />
            </Route>
          ))}
          <Route>
            <NoPage />
          </Route>
        </Switch>
      </main>
    </QueryClientProvider>
  );
}

function Page({ view }: { view: View }) {
  useEffect(() => {
    document.title = `${view.title} · image pipeline`;
  }, [view]);
  return (
    <>
      <h1>{view.title}</h1>
      <Lazy load={view.load} />
    </>
  );
}

function NoPage() {
  useEffect(() => {
    document.title = "No such page · image pipeline";
  }, []);
  return (
    <>
      <h1>There is no such page</h1>
      <Link href="/">Go to the live flow</Link>
    </>
  );
}

function Header() {
  const { session, problem } = useSession();
  return (
    <header>
      <Link href="/" class="brand">
        Image pipeline
      </Link>
      {session && (
        <span class={session.isLocal ? "environment" : "environment remote"}>
          {session.environment}
          {!session.allowsWrites && " · read-only"}
        </span>
      )}
      <ThemeSwitch />
      {problem && <ProblemNote problem={problem} />}
    </header>
  );
}

function Navigation() {
  const [location] = useLocation();
  const isCurrent = (path: string) =>
    path === "/" ? location === "/" : location === path || location.startsWith(`${path}/`);
  return (
    <nav aria-label="Views">
      <ul>
        {PATHS.filter((path) => VIEWS[path].navigation !== undefined).map((path) => (
          <li key={path}>
            <Link href={path} aria-current={isCurrent(path) ? "page" : undefined}>
              {VIEWS[path].navigation}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
