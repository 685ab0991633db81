import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Loading, ProblemNote } from "../parts/states.tsx";

type Load = () => Promise<{ default: ComponentType }>;

const loaded = new Map<Load, ComponentType>();

/** Loads a view's code when it is first shown. */
export function Lazy({ load }: { load: Load }) {
  const [, setCount] = useState(0);
  const [problem, setProblem] = useState<string>();
  useEffect(() => {
    if (loaded.has(load)) return;
    load().then(
      (module) => {
        loaded.set(load, module.default);
        setCount((count) => count + 1);
      },
      () => setProblem("This view cannot be loaded: the console was built again. Load the page again."),
    );
  }, [load]);
  const Component = loaded.get(load);
  if (problem !== undefined) return <ProblemNote problem={problem} retry={() => location.reload()} />;
  return Component ? <Component /> : <Loading what="the view" />;
}
