using Gatepost.Replies;

namespace Gatepost.Tests;

/// <summary>Languages by name; the product knows them by their folders alone.</summary>
internal static class TestLanguages
{
    extension(Language)
    {
        public static Language Russian => new("ru");
    }
}
