// Generated from packages/schema/json-schema by `npm run generate`.
export type Manifest =
  | {
      schema: "image-manifest.v1";
      imageId: string;
      eventTime?: string;
      supersededTags?: string[];
      correlationId: string;
      updatedAt: string;
      pipelineVersion?: string;
      replacesUpload?: boolean;
      recipe: string;
      plan?: string;
      engine: {
        sharp: string;
        libvips: string;
        revision?: string;
      };
      timings: {
        renderMs: number;
        totalMs: number;
      };
      status: "processed";
      source: {
        bucket: string;
        key: string;
        eTag: string;
        versionId: string | null;
        size: number;
        sequencer: string | null;
      };
      facts: {
        format: "jpeg" | "png" | "webp" | "gif" | "tiff" | "avif" | "heic" | "raw" | "svg";
        width: number;
        height: number;
        pages: number;
        isAnimated?: true;
        hasAlpha: boolean;
        colourSpace: string;
        colourProfile?: string;
        isWideGamut?: true;
        hdr?: true;
        hasGainMap?: true;
        isGraphic?: true;
        vanishesOnWhite?: true;
        bitDepth?: number;
        exif: {
          takenAt?: string;
          make?: string;
          model?: string;
          lens?: string;
          exposureSeconds?: number;
          fNumber?: number;
          iso?: number;
          focalLengthMillimetres?: number;
        };
        copyright?: string;
        creator?: string;
        focus?: {
          x: number;
          y: number;
        };
        ignoredFocus?: string;
        thumbhash: string;
        dominantColour: string;
        perceptualHash: string;
        sha256: string;
      };
      /**
       * @minItems 1
       */
      renditions: {
        preset: string;
        format: "webp" | "jpeg" | "avif" | "png" | "gif";
        key: string;
        contentType: string;
        width: number;
        height: number;
        pages: number;
        bytes: number;
        sha256: string;
        largerThanSource?: boolean;
      }[];
    }
  | {
      schema: "image-manifest.v1";
      imageId: string;
      eventTime?: string;
      supersededTags?: string[];
      correlationId: string;
      updatedAt: string;
      pipelineVersion?: string;
      replacesUpload?: boolean;
      recipe: string;
      plan?: string;
      engine: {
        sharp: string;
        libvips: string;
        revision?: string;
      };
      timings: {
        renderMs: number;
        totalMs: number;
      };
      status: "rejected";
      source: {
        bucket: string;
        key: string;
        eTag: string;
        versionId: string | null;
        size: number;
        sequencer: string | null;
      };
      reason:
        | "EMPTY_OBJECT"
        | "UNSUPPORTED_FORMAT"
        | "CORRUPT_IMAGE"
        | "TOO_MANY_BYTES"
        | "TOO_MANY_PIXELS"
        | "TOO_MANY_FRAMES"
        | "TOO_MANY_PARTS"
        | "FALSELY_MARKED"
        | "RENDER_TIMEOUT";
      reasonText: string;
      facts?: {
        format?: "jpeg" | "png" | "webp" | "gif" | "tiff" | "avif" | "heic" | "raw" | "svg";
        width?: number;
        height?: number;
        pages?: number;
        isAnimated?: true;
        hasAlpha?: boolean;
        colourSpace?: string;
        colourProfile?: string;
        isWideGamut?: true;
        hdr?: true;
        hasGainMap?: true;
        isGraphic?: true;
        vanishesOnWhite?: true;
        bitDepth?: number;
        exif?: {
          takenAt?: string;
          make?: string;
          model?: string;
          lens?: string;
          exposureSeconds?: number;
          fNumber?: number;
          iso?: number;
          focalLengthMillimetres?: number;
        };
        copyright?: string;
        creator?: string;
        focus?: {
          x: number;
          y: number;
        };
        ignoredFocus?: string;
        thumbhash?: string;
        dominantColour?: string;
        perceptualHash?: string;
        sha256?: string;
      };
      /**
       * @maxItems 0
       */
      renditions: {
        preset: string;
        format: "webp" | "jpeg" | "avif" | "png" | "gif";
        key: string;
        contentType: string;
        width: number;
        height: number;
        pages: number;
        bytes: number;
        sha256: string;
        largerThanSource?: boolean;
      }[];
    }
  | {
      schema: "image-manifest.v1";
      imageId: string;
      eventTime?: string;
      supersededTags?: string[];
      correlationId: string;
      updatedAt: string;
      pipelineVersion?: string;
      status: "deleted";
      source: {
        bucket: string;
        key: string;
        versionId: string | null;
        sequencer: string | null;
      };
      versionOnly?: boolean;
      /**
       * @maxItems 0
       */
      renditions: {
        preset: string;
        format: "webp" | "jpeg" | "avif" | "png" | "gif";
        key: string;
        contentType: string;
        width: number;
        height: number;
        pages: number;
        bytes: number;
        sha256: string;
        largerThanSource?: boolean;
      }[];
    };
export interface ImageProcessed {
  specversion: "1.0";
  id: string;
  type: "image.processed";
  source: string;
  subject: string;
  time: string;
  datacontenttype: "application/json";
  dataschema: "urn:image-pipeline:image-processed.v1.json";
  data: {
    imageId: string;
    manifest: {
      bucket: string;
      key: string;
    };
    correlationId: string;
    source: {
      bucket: string;
      key: string;
      eTag: string;
      versionId: string | null;
      size: number;
      sequencer: string | null;
    };
    replacesUpload?: boolean;
    recipe: string;
    renditions: {
      preset: string;
      format: "webp" | "jpeg" | "avif" | "png" | "gif";
      key: string;
      contentType: string;
      width: number;
      height: number;
      pages: number;
      bytes: number;
      sha256: string;
      largerThanSource?: boolean;
    }[];
  };
}
export interface ImageRejected {
  specversion: "1.0";
  id: string;
  type: "image.rejected";
  source: string;
  subject: string;
  time: string;
  datacontenttype: "application/json";
  dataschema: "urn:image-pipeline:image-rejected.v1.json";
  data: {
    imageId: string;
    manifest: {
      bucket: string;
      key: string;
    };
    correlationId: string;
    source: {
      bucket: string;
      key: string;
      eTag: string;
      versionId: string | null;
      size: number;
      sequencer: string | null;
    };
    replacesUpload?: boolean;
    reason:
      | "EMPTY_OBJECT"
      | "UNSUPPORTED_FORMAT"
      | "CORRUPT_IMAGE"
      | "TOO_MANY_BYTES"
      | "TOO_MANY_PIXELS"
      | "TOO_MANY_FRAMES"
      | "TOO_MANY_PARTS"
      | "FALSELY_MARKED"
      | "RENDER_TIMEOUT";
    reasonText: string;
  };
}
export interface ImageRemoved {
  specversion: "1.0";
  id: string;
  type: "image.removed";
  source: string;
  subject: string;
  time: string;
  datacontenttype: "application/json";
  dataschema: "urn:image-pipeline:image-removed.v1.json";
  data: {
    imageId: string;
    manifest: {
      bucket: string;
      key: string;
    };
    correlationId: string;
    source: {
      bucket: string;
      key: string;
      versionId: string | null;
      sequencer: string | null;
    };
  };
}
export interface ImageAnalyzed {
  specversion: "1.0";
  id: string;
  type: "image.analyzed";
  source: string;
  subject: string;
  time: string;
  datacontenttype: "application/json";
  dataschema: "urn:image-pipeline:image-analyzed.v1.json";
  data: {
    imageId: string;
    analysis: {
      bucket: string;
      key: string;
    };
    correlationId: string;
    source: {
      bucket: string;
      key: string;
      eTag: string;
      versionId: string | null;
      size: number;
      sequencer: string | null;
    };
    recipe: string;
    verdict: ("allow" | "flag" | "quarantine") | null;
    labels: string[];
    reason?:
      | "EMPTY_OBJECT"
      | "UNSUPPORTED_FORMAT"
      | "CORRUPT_IMAGE"
      | "TOO_MANY_BYTES"
      | "TOO_MANY_PIXELS"
      | "TOO_MANY_FRAMES"
      | "TOO_MANY_PARTS"
      | "FALSELY_MARKED"
      | "RENDER_TIMEOUT"
      | "ANALYSIS_REFUSED";
    reasonText?: string;
  };
}
