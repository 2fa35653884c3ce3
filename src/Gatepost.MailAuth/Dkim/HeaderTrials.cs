using System.Text;
using System.Text.RegularExpressions;
using Gatepost.MailAuth.Message;
using Gatepost.Replies;
using Gatepost.Smtp.Message;

namespace Gatepost.MailAuth.Dkim;

/// <summary>Which field was changed after signing: changes that are common on the way are undone, one and two at a time, until the
/// signature is right.</summary>
internal sealed partial class HeaderTrials
{
    /// <summary>An RSA signature contains the signed hash, so that a trial is one hash; Ed25519 needs a check for each.</summary>
    private const int MaxTrialsRsa = 400;
    private const int MaxTrialsEd25519 = 40;

    /// <summary>Beyond that a header is made to cost time, not to be read.</summary>
    private const int MaxNames = 100;
    private const int MaxInstances = 4;

    private readonly Signature signature;
    private readonly MessageFields fields;
    private readonly HeaderField?[] selected;
    private readonly Func<byte[], bool> isSigned;
    private int trialsLeft;

    private HeaderTrials(Signature signature, MessageFields fields, Func<byte[], bool> isSigned, int trials)
    {
        (this.signature, this.fields, this.isSigned, trialsLeft) = (signature, fields, isSigned, trials);
        selected = fields.Select(signature.Names);
    }

    /// <summary>That the header was changed, and how as far as that can be found out.</summary>
    public static IEnumerable<Finding> Run(Signature signature, MessageFields fields, PublicKey key)
    {
        bool isRsa = signature.Algorithm != SignatureAlgorithm.Ed25519Sha256;
        byte[]? signed = key.HashIn(signature.Value, signature.Algorithm);
        if (isRsa && signed is null)
            return [OurEvidence.DkimSignatureForeign.Say(signature.KeyName)];

        Func<byte[], bool> isSigned = isRsa
            ? hash => hash.AsSpan().SequenceEqual(signed)
            : hash => key.Verify(hash, signature.Value, signature.Algorithm);
        var changed = OurEvidence.DkimHeaderChanged.Say([.. signature.Names.Distinct().Take(MaxNames)]);
        if (signature.Names.Count > MaxNames)
            return [changed];
        return [changed, .. new HeaderTrials(signature, fields, isSigned, isRsa ? MaxTrialsRsa : MaxTrialsEd25519).Find()];
    }

    private IReadOnlyList<Finding> Find()
    {
        var other = signature.HeaderForm.Other();
        if (IsSigned(selected, other))
            return [OurEvidence.DkimHeaderOtherForm.Say(other.Word(), signature.HeaderForm.Word())];

        List<Change> changes = [.. Copies(), .. Added(), .. Subjects(), .. Senders(), .. Encodings(), .. Gone(), .. Foldings()];
        foreach (var change in changes)
        {
            if (IsSigned(change.Undo(selected), signature.HeaderForm))
                return change.Said;
        }

        for (int i = 0; i < changes.Count; i++)
        {
            for (int k = i + 1; k < changes.Count && trialsLeft > 0; k++)
            {
                if (IsSigned(changes[k].Undo(changes[i].Undo(selected)), signature.HeaderForm))
                    return [.. changes[i].Said, .. changes[k].Said];
            }
        }

        // Every message had one (RFC 5322 §3.6).
        return fields.Places("from").Count == 0 ? [OurEvidence.DkimFieldGone.Say("From")] : [];
    }

    private bool IsSigned(HeaderField?[] trial, Canonicalization form) => trialsLeft-- > 0 && isSigned(signature.Hash(trial, form));

    /// <summary>z= has the fields as they were (RFC 6376 §3.5); they are believed when the signature is right with them.</summary>
    private IEnumerable<Change> Copies()
    {
        if (signature.Tags["z"] is not { } written)
            yield break;
        var was = new Dictionary<string, List<string>>(StringComparer.OrdinalIgnoreCase);
        foreach (string copy in written.Split('|'))
        {
            if (SignatureReader.Unquote(copy) is not { } text || text.IndexOf(':', StringComparison.Ordinal) is not (> 0 and var colon))
                continue;
            if (!was.TryGetValue(text[..colon], out var copies))
                was[text[..colon]] = copies = [];
            copies.Add(text[(colon + 1)..]);
        }

        var used = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        var said = new List<Finding>();
        var replaced = (HeaderField?[])selected.Clone();
        for (int i = 0; i < selected.Length; i++)
        {
            // Copies come in the order of h=, so the first of a name is the last of the header.
            string name = signature.Names[i];
            int index = used.GetValueOrDefault(name);
            used[name] = index + 1;
            if (!was.TryGetValue(name, out var copies) || index >= copies.Count)
                continue;
            var field = Field(selected[i], name, copies[index]);
            if (selected[i] is { } present && Text(present) == Text(field))
                continue;
            replaced[i] = field;
            said.Add(OurEvidence.DkimFieldWas.Say(NameOf(i), SignatureReader.Cut(copies[index].Trim())));
        }

        if (said.Count > 0)
            yield return new Change(said, _ => replaced);
    }

    private IEnumerable<Change> Added()
    {
        foreach (string name in signature.Names.Distinct(StringComparer.OrdinalIgnoreCase))
        {
            var places = fields.Places(name);
            for (int without = 0; without < Math.Min(places.Count, MaxInstances); without++)
            {
                int left = without;
                yield return new Change([OurEvidence.DkimFieldAdded.Say(NameAt(places[^(left + 1)]))], trial => Without(trial, name, left));
            }
        }
    }

    /// <summary>The signed fields as if one instance, counted from the last, were not there: those above move up.</summary>
    private HeaderField?[] Without(HeaderField?[] trial, string name, int instance)
    {
        var changed = (HeaderField?[])trial.Clone();
        var places = fields.Places(name);
        int seen = 0;
        for (int i = 0; i < changed.Length; i++)
        {
            if (!signature.Names[i].Equals(name, StringComparison.OrdinalIgnoreCase))
                continue;
            int from = seen++ < instance ? seen - 1 : seen;
            if (from != seen - 1)
                changed[i] = from < places.Count ? fields.All[places[^(from + 1)]] : null;
        }

        return changed;
    }

    private IEnumerable<Change> Subjects()
    {
        foreach (int at in At("subject"))
        {
            string subject = Text(selected[at]!.Value);
            foreach (System.Text.RegularExpressions.Match tag in Tags().Matches(subject).Take(3))
            {
                string without = tag.Groups["re"].Value + subject[tag.Groups["rest"].Index..];
                yield return Replace(at, without, OurEvidence.DkimSubjectTagged.Say(SignatureReader.Cut(tag.Groups["tag"].Value.Trim())));
            }
        }
    }

    /// <summary>Lists that put their own address in From keep the author's elsewhere.</summary>
    private IEnumerable<Change> Senders()
    {
        foreach (int at in At("from"))
        {
            foreach (string kept in (string[])["x-original-from", "original-from", "x-google-original-from", "author", "reply-to"])
            {
                if (fields.Places(kept) is not [.., var last])
                    continue;
                string was = Text(fields.All[last]);
                yield return Replace(at, was, OurEvidence.DkimFieldWas.Say("From", SignatureReader.Cut(was)));
            }
        }
    }

    private IEnumerable<Change> Encodings()
    {
        foreach (int at in At("content-transfer-encoding"))
        {
            foreach (string encoding in (string[])["7bit", "8bit", "quoted-printable", "base64"])
                yield return Replace(at, encoding, OurEvidence.DkimFieldWas.Say("Content-Transfer-Encoding", encoding));
        }
    }

    private IEnumerable<Change> Gone()
    {
        for (int i = 0; i < selected.Length; i++)
        {
            string[] usual = signature.Names[i] switch
            {
                "mime-version" => ["1.0"],
                "content-transfer-encoding" => ["7bit", "8bit", "quoted-printable", "base64"],
                _ => [],
            };
            foreach (string value in selected[i] is null ? usual : [])
                yield return Replace(i, value, OurEvidence.DkimFieldGone.Say(NameOf(i)));
        }
    }

    private IEnumerable<Change> Foldings()
    {
        if (signature.HeaderForm != Canonicalization.Simple)
            yield break;
        yield return new Change(
            [OurEvidence.DkimNamesWritten.Say()],
            trial => Each(trial, field => [.. UsualName(field), .. field.Raw.Span[field.NameLength..]]));
        foreach (string fold in (string[])[" ", "\r\n\t", "\r\n "])
            yield return new Change([OurEvidence.DkimFieldsFolded.Say()], trial => Each(trial, field => Folded(field, fold)));
    }

    private static byte[] Folded(HeaderField field, string fold) =>
        Encoding.Latin1.GetBytes(Folds().Replace(Encoding.Latin1.GetString(field.Raw.Span), fold));

    /// <summary>As nearly every program writes it: <c>Reply-To</c>, <c>Message-ID</c>.</summary>
    private static byte[] UsualName(HeaderField field)
    {
        string name = Encoding.ASCII.GetString(field.Name.Span).ToLowerInvariant();
        return Encoding.ASCII.GetBytes(name switch
        {
            "message-id" => "Message-ID",
            "content-id" => "Content-ID",
            "mime-version" => "MIME-Version",
            _ => string.Join('-', name.Split('-').Select(word => word.Length == 0 ? word : char.ToUpperInvariant(word[0]) + word[1..])),
        });
    }

    private static HeaderField?[] Each(HeaderField?[] trial, Func<HeaderField, byte[]> change) =>
        [.. trial.Select(field => field is { } one ? new HeaderField(change(one), one.NameLength, one.ColonAt) : (HeaderField?)null)];

    private IEnumerable<int> At(string name)
    {
        for (int i = 0; i < selected.Length; i++)
        {
            if (selected[i] is not null && signature.Names[i] == name)
                yield return i;
        }
    }

    private Change Replace(int at, string value, Finding said) => new([said], trial =>
    {
        var changed = (HeaderField?[])trial.Clone();
        changed[at] = Field(changed[at], NameOf(at), " " + value);
        return changed;
    });

    private string NameOf(int at) => selected[at] is { } field ? Encoding.ASCII.GetString(field.Name.Span) : signature.Names[at];

    private string NameAt(int place) => Encoding.ASCII.GetString(fields.All[place].Name.Span);

    private static string Text(HeaderField field) => field.Unfolded(2000);

    /// <summary>A field with another value, its name written as it is now.</summary>
    private static HeaderField Field(HeaderField? now, string name, string value)
    {
        byte[] before = now is { } field ? field.Raw.Span[..(field.ColonAt + 1)].ToArray() : Encoding.ASCII.GetBytes(name + ":");
        byte[] raw = [.. before, .. Encoding.UTF8.GetBytes(value), .. "\r\n"u8];
        return new HeaderField(raw, now?.NameLength ?? name.Length, now?.ColonAt ?? name.Length);
    }

    [GeneratedRegex(
        @"^(?<re>(?:(?:re|aw|fwd?|sv|antw?|отв)(?:\[\d+\])?:\s*){0,3})"
        + @"(?<tag>\[[^\]]{1,80}\]\s*|\*{2,}[^*]{1,40}\*{2,}\s*|[^\s:]{1,30}:\s*)(?<rest>.*)$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex Tags();

    [GeneratedRegex(@"\r?\n[ \t]+")]
    private static partial Regex Folds();

    /// <summary>A change that may have been made.</summary>
    /// <param name="Said">What is said if it was.</param>
    /// <param name="Undo">The signed fields without it; the array given is not changed.</param>
    private sealed record Change(IReadOnlyList<Finding> Said, Func<HeaderField?[], HeaderField?[]> Undo);
}
