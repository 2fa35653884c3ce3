using System.Globalization;
using System.Text;
using System.Text.Json;
using Gatepost.Replies;
using Xunit;

namespace Gatepost.Tests.Replies;

public sealed class SafeTextTests
{
    private static readonly JsonSerializerOptions SafeOptions = new() { Encoder = SafeJson.Encoder };

    [Theory]
    [InlineData("plain words", "plain words")]
    [InlineData("Привет, 世界 \U0001F600", "Привет, 世界 \U0001F600")]
    [InlineData("a\tb", "a b")]
    [InlineData("a\r\nb\u0085c\u2028d\u2029e", "a??b?c?d?e")]
    [InlineData("\u001b[31mred\u009b", "?[31mred?")]
    [InlineData("\u202egnp.exe\u2066\u200f\ufeff", "?gnp.exe???")]
    [InlineData("\ue000 private, \U000E0001 tag, \u0378 unassigned", "? private, ? tag, ? unassigned")]
    [InlineData(null, "")]
    public void Nothing_leaves_its_line_steers_a_terminal_or_turns_the_writing(string? text, string safe) =>
        Assert.Equal(safe, SafeText.Of(text).ToString());

    [Fact]
    public void Half_a_character_is_replaced() => Assert.Equal("half ? of a pair", SafeText.Of("half \ud83d of a pair").ToString());

    [Theory]
    [InlineData(12, "hello, world")]
    [InlineData(11, "hello, w...")]
    [InlineData(3, "...")]
    public void What_is_cut_ends_in_dots_within_the_length(int max, string safe) =>
        Assert.Equal(safe, SafeText.Of("hello, world", max).ToString());

    [Fact]
    public void A_character_is_never_cut_in_two()
    {
        for (int max = 3; max < 20; max++)
        {
            string safe = SafeText.Of("a\U0001F600б\U0001F600в\U0001F600", max);
            string octets = SafeText.InOctets("a\U0001F600б\U0001F600в\U0001F600", max);
            Assert.InRange(safe.Length, 1, max);
            Assert.InRange(Encoding.UTF8.GetByteCount(octets), 1, max);
            Assert.DoesNotContain('?', safe + octets);
        }
    }

    [Fact]
    public void Octets_that_are_no_UTF8_become_the_replacement() =>
        Assert.Equal("a?б?", SafeText.Of([(byte)'a', 0xff, 0xd0, 0xb1, 0xe2], 100).ToString());

    [Fact]
    public void Every_character_of_Unicode_is_either_shown_or_replaced_by_its_category_alone_and_JSON_escapes_the_same_ones()
    {
        for (int value = 0; value <= 0x10FFFF; value++)
        {
            if (!Rune.TryCreate(value, out var rune))
                continue;
            var category = Rune.GetUnicodeCategory(rune);
            bool harmful = rune == Rune.ReplacementChar || category is UnicodeCategory.Control or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned;
            if (harmful != SafeText.IsHarmful(rune) || (harmful && !SafeJson.Encoder.WillEncode(value)))
                Assert.Fail($"U+{value:X4} {category}");
        }
    }

    [Fact]
    public void JSON_shows_no_direction_mark_and_loses_none()
    {
        string json = JsonSerializer.Serialize("Аня \u202egnp.exe", SafeOptions);

        Assert.Equal("\"Аня \\u202Egnp.exe\"", json);
        Assert.Equal("Аня \u202egnp.exe", JsonSerializer.Deserialize<string>(json));
    }
}
