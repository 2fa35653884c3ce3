using System.Runtime.Versioning;

// Real servers, signals and Maildirs: the product's own platform.
[assembly: SupportedOSPlatform("linux")]
