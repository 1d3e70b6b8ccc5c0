// Both libraries have types of these names; within the namespace Tessera the simple names are the codec's own.
global using CoreDecoder = Tessera.TesseraDecoder;
global using CoreDecoderOptions = Tessera.TesseraDecoderOptions;
global using CoreEncoder = Tessera.TesseraEncoder;
global using CoreEncoderOptions = Tessera.TesseraEncoderOptions;
global using SharpImageInfo = SixLabors.ImageSharp.ImageInfo;
global using SharpMetadata = SixLabors.ImageSharp.Metadata.ImageMetadata;
