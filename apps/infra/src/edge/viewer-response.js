/**
 * CloudFront Function (cloudfront-js-2.0) that makes `?download` a download: it sets the disposition of a rendition, and keeps
 * the parameter in a readable address's redirect. The cached copy is the same with and without it.
 */

// biome-ignore lint/correctness/noUnusedVariables: CloudFront calls it
function handler(event) {
  const response = event.response;
  const download = event.request.querystring.download;
  if (!download) return response;
  const location = response.headers.location;
  if (location) {
    if (location.value.startsWith("/renditions/"))
      location.value += download.value ? "?download=" + download.value : "?download";
  } else if (response.statusCode < 300) {
    const name = toName(download.value || event.request.uri);
    response.headers["content-disposition"] = { value: toDisposition(name) };
  }
  return response;
}

/** Returns the last segment, without characters that end a header's value or name a folder. */
function toName(text) {
  const last = decode(text).split(/[/\\]/).pop();
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they end a header
  return last.replace(/[\u0000-\u001f\u007f"]/g, "").slice(0, 200) || "image";
}

/** Names a file for old and for new browsers (rfc-editor.org/rfc/rfc6266#appendix-D). */
function toDisposition(name) {
  const ascii = name.replace(/[^ -~]/g, "_");
  const encoded = encodeURIComponent(name).replace(/['()*]/g, (one) => "%" + one.charCodeAt(0).toString(16));
  return 'attachment; filename="' + ascii + "\"; filename*=UTF-8''" + encoded;
}

function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch (_) {
    return "";
  }
}
