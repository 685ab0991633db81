import { expect, test } from "vitest";
import { toNumber, toPlace } from "../src/index.ts";

test("takes the origin of an endpoint", () => {
  expect(toPlace({ endpoint: "http://127.0.0.1:4566/" })).toEqual({ endpoint: "http://127.0.0.1:4566" });
});

test("takes an environment", () => {
  expect(toPlace({ environment: "prod" })).toEqual({ environment: "prod" });
});

test.each([
  [{}, /^say which pipeline/],
  [{ endpoint: "http://127.0.0.1:1", environment: "prod" }, /^say which pipeline/],
  [{ endpoint: "127.0.0.1:4566" }, /--endpoint must be a URL such as/],
  [{ endpoint: "file:///x" }, /--endpoint must be a URL such as/],
])("refuses %j", (values, message) => {
  expect(() => toPlace(values)).toThrow(message);
});

test.each([
  ["0", { least: 1 }, '--rate must be a number, 1 or more, not "0"'],
  ["", { least: 0 }, '--rate must be a number, 0 or more, not ""'],
  ["1.5", { least: 0, most: 9, whole: true }, '--rate must be a whole number, 0 to 9, not "1.5"'],
  ["many", { least: 0 }, '--rate must be a number, 0 or more, not "many"'],
])("refuses the number %j within %j", (text, bounds, message) => {
  expect(() => toNumber("--rate", text, bounds)).toThrow(message);
});

test("takes a number on its bounds", () => {
  expect(["1", "9"].map((text) => toNumber("--rate", text, { least: 1, most: 9 }))).toEqual([1, 9]);
});
