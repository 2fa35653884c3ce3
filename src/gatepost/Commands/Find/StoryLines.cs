using Gatepost.Smtp.Search;
using Gatepost.Web.Control;

namespace Gatepost.Commands;

/// <summary>Stories for programs: one JSON object a line, at the end one that says where the search ended.</summary>
internal sealed class StoryLines(ReplyExplainer meanings) : IStoryOutput
{
    private readonly JsonLine line = new();

    public void Show(Story story)
    {
        var cause = StoryCause.Of(story, meanings);
        Console.Out.WriteLine(line.Of(json => StoryJson.Write(json, story, cause.Meaning, cause.WhoCanAct)));
    }

    public void Close(SearchQuery query, SearchPage last) => Console.Out.WriteLine(line.Of(json =>
    {
        json.WriteStartObject();
        json.WriteStartObject("page");
        json.WriteStartArray("words");
        foreach (var word in query.Words)
            json.WriteStringValue(word.Written);
        json.WriteEndArray();
        if (query.Since is { } since)
            json.WriteString("since", since);
        if (query.Until is { } until)
            json.WriteString("until", until);
        if (last.Cursor is { } cursor)
            json.WriteString("cursor", cursor);
        if (last.LookedBackTo is { } looked)
            json.WriteString("lookedBackTo", looked);
        json.WriteEndObject();
        json.WriteEndObject();
    }));

    public string Nothing(SearchQuery query) =>
        meanings.Texts.Say("find.nothing", ("words", string.Join(' ', query.Words.Select(word => word.Written))));
}
