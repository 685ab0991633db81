import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addressOf, imageUrl } from "../src/index.ts";

const RENDITION = { key: "renditions/id/tag/large.avif" };
const AT = "https://images.example.com/renditions/id/tag/large.avif";

describe("imageUrl", () => {
  it.each([
    ["a base without a slash", { baseUrl: "https://images.example.com" }, AT],
    ["a base with a slash", { baseUrl: "https://images.example.com/" }, AT],
    [
      "a readable name",
      { baseUrl: "https://images.example.com", name: "my cat/1.avif" },
      `${AT}/my%20cat%2F1.avif`,
    ],
    ["a download", { baseUrl: "https://images.example.com", download: true }, `${AT}?download`],
    ["a named download", { baseUrl: "https://images.example.com", download: "a&b" }, `${AT}?download=a%26b`],
  ])("takes %s", (_name, options, url) => {
    expect(imageUrl(RENDITION, options)).toBe(url);
  });
});

describe("addressOf", () => {
  it("encodes each segment of the key", () => {
    expect(addressOf("photos/a b+ü?#%.jpg", "large")).toBe("/i/large/photos/a%20b%2B%C3%BC%3F%23%25.jpg");
  });

  it("takes the delivery's address and a download", () => {
    expect(addressOf("a.jpg", "full", { baseUrl: "https://images.example.com/", download: "cat.jpg" })).toBe(
      "https://images.example.com/i/full/a.jpg?download=cat.jpg",
    );
  });

  it.each(["", "/a.jpg", "a//b.jpg", "a/", "../a.jpg", "a/./b.jpg"])(
    "has no address for the key %j, which a browser would change",
    (key) => {
      expect(addressOf(key, "large")).toBeUndefined();
    },
  );

  it("gives every other key an address from which the delivery reads the same key", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1 }), (key) => {
        const address = addressOf(key, "large", { baseUrl: "https://images.example.com" });
        if (address === undefined) return;
        const { pathname, search, hash } = new URL(address);
        expect([decodeURIComponent(pathname), search, hash]).toEqual([`/i/large/${key}`, "", ""]);
      }),
    );
  });

  it("does not fail for a key that is not valid Unicode", () => {
    expect(addressOf("\ud800.jpg", "large")).toBe("/i/large/%EF%BF%BD.jpg");
  });
});
