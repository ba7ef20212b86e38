// The button of a page's first line leads to what it changes, if that is out of view.

const LINE = '[class*="st-key-first_step__"]';

// How far to scroll so that what lies from `top` to `bottom` is seen between `first` and `last`.
export function distance(top, bottom, first, last) {
  if (top < first || bottom - top > last - first) return top - first;
  return Math.max(0, bottom - last);
}

export function lead(event) {
  const line = event.target.closest?.(`${LINE} button`)?.closest(LINE);
  const key = line?.className.match(/st-key-first_step__([\w-]+)/)[1];
  const target = key && document.querySelector(`.st-key-${key}`);
  const main = document.querySelector('[data-testid="stMain"]');
  if (!target || !main) return;
  const { top, bottom } = target.getBoundingClientRect();
  const header = document.querySelector('[data-testid="stHeader"]')?.offsetHeight ?? 0;
  const view = main.getBoundingClientRect();
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  main.scrollBy({
    top: Math.ceil(distance(top, bottom, Math.max(view.top, header), view.bottom)),
    behavior: still ? "instant" : "smooth",
  });
}

