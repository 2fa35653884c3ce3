using Gatepost.Explain.Observations;
using Gatepost.Explain.Text;
using Gatepost.Replies;

namespace Gatepost.Explain;

/// <summary>The codes that are reported: each with the words around it, and none that the document does not contain.</summary>
internal readonly record struct ReportedCodes(
    int? Code, Excerpt? CodeWords, int CodeAt, EnhancedStatus? Status, Excerpt? StatusWords, int StatusAt, int StatusLength)
{
    /// <param name="observation">Whose status field counts if no reply has a specific one.</param>
    /// <param name="statements">What was said, the nearest to the cause first.</param>
    public static ReportedCodes Of(Observation observation, IReadOnlyList<Candidate> statements)
    {
        var codes = new ReportedCodes(null, null, -1, null, null, -1, 0);
        foreach (var candidate in statements)
        {
            var found = candidate.Codes;
            // What was refused counts more than an earlier yes.
            if (found.Code is not null && candidate.Nearness < Nearness.Notice
                && (codes.Code is null || (codes.Code < 400 && found.Code >= 400)))
                codes = codes with { Code = found.Code, CodeWords = candidate.Words, CodeAt = found.CodeAt };

            // A status that only repeats the class yields to any that says more.
            if (found.Status is { } status && candidate.Nearness == Nearness.Reply
                && (codes.Status is null || IsBare(codes.Status.Value) && !IsBare(status)))
                codes =
                    codes with
                    {
                        Status = status,
                        StatusWords = candidate.Words,
                        StatusAt = found.StatusAt,
                        StatusLength = found.StatusLength
                    };
        }

        if (observation.FieldStatus is { } field && (codes.Status is null || (IsBare(codes.Status.Value) && !IsBare(field))))
            codes =
                codes with
                {
                    Status = field,
                    StatusWords = observation.FieldStatusWords,
                    StatusAt = 0,
                    StatusLength = observation.FieldStatusWords?.Text.Length ?? 0
                };
        if (codes.Status is { } known && !IsBare(known))
            return codes;

        foreach (var candidate in statements)
            if (candidate.Nearness > Nearness.Reply && candidate.Codes.Status is { } status && (codes.Status is null || !IsBare(status))
                && (codes.Status is null || codes.Status.Value.Class == status.Class))
                return codes with
                {
                    Status = status,
                    StatusWords = candidate.Words,
                    StatusAt = candidate.Codes.StatusAt,
                    StatusLength = candidate.Codes.StatusLength
                };
        return codes;
    }

    /// <summary>A status that says no more than its class.</summary>
    public static bool IsBare(EnhancedStatus status) => status.Subject == 0 && status.Detail == 0;
}
