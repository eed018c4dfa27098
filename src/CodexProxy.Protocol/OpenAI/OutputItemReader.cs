using System.Text.Json;
using static CodexProxy.Protocol.OpenAI.JsonReading;

namespace CodexProxy.Protocol.OpenAI;

/// <summary>Reads output items. The reader stands on the item's opening brace and is left on its closing one.</summary>
internal static class OutputItemReader
{
    internal static OutputItem Read(ref Utf8JsonReader reader)
    {
        string? id = null,
            type = null,
            phase = null,
            status = null,
            callId = null,
            name = null,
            sealedContent = null,
            arguments = null,
            input = null;
        List<OutputPart> content = [];
        List<string> summary = [];
        SearchAction? action = null;
        while (NextMember(ref reader))
        {
            if (reader.ValueTextEquals("id"u8))
            {
                id = Text(ref reader);
            }
            else if (reader.ValueTextEquals("type"u8))
            {
                type = Text(ref reader);
            }
            else if (reader.ValueTextEquals("phase"u8))
            {
                phase = Text(ref reader);
            }
            else if (reader.ValueTextEquals("status"u8))
            {
                status = Text(ref reader);
            }
            else if (reader.ValueTextEquals("call_id"u8))
            {
                callId = Text(ref reader);
            }
            else if (reader.ValueTextEquals("name"u8))
            {
                name = Text(ref reader);
            }
            else if (reader.ValueTextEquals("arguments"u8))
            {
                arguments = Text(ref reader);
            }
            else if (reader.ValueTextEquals("input"u8))
            {
                input = Text(ref reader);
            }
            else if (reader.ValueTextEquals("encrypted_content"u8))
            {
                sealedContent = Text(ref reader);
            }
            else if (reader.ValueTextEquals("content"u8))
            {
                ReadParts(ref reader, content);
            }
            else if (reader.ValueTextEquals("summary"u8))
            {
                ReadSummary(ref reader, summary);
            }
            else if (reader.ValueTextEquals("action"u8))
            {
                action = ReadAction(ref reader);
            }
            else
            {
                SkipValue(ref reader);
            }
        }
        OutputItem item = type switch
        {
            "message" => new OutputMessage(id, phase, content),
            "reasoning" => new OutputReasoning(id, sealedContent, summary),
            "function_call" => new OutputCall(id, callId, name, arguments, IsCustom: false),
            "custom_tool_call" => new OutputCall(id, callId, name, input, IsCustom: true),
            "web_search_call" => new OutputSearch(id, status == "failed", action),
            _ => new OutputUnknown(id, type ?? ""),
        };
        return status == "incomplete" ? item with { IsIncomplete = true } : item;
    }

    /// <summary>Reads an annotation object; null unless it cites a web page.</summary>
    internal static UrlCitation? ReadCitation(ref Utf8JsonReader reader)
    {
        string? type = null,
            url = null,
            title = null;
        int start = 0,
            end = 0;
        while (NextMember(ref reader))
        {
            if (reader.ValueTextEquals("type"u8))
            {
                type = Text(ref reader);
            }
            else if (reader.ValueTextEquals("url"u8))
            {
                url = Text(ref reader);
            }
            else if (reader.ValueTextEquals("title"u8))
            {
                title = Text(ref reader);
            }
            else if (reader.ValueTextEquals("start_index"u8))
            {
                start = Number(ref reader) ?? 0;
            }
            else if (reader.ValueTextEquals("end_index"u8))
            {
                end = Number(ref reader) ?? 0;
            }
            else
            {
                SkipValue(ref reader);
            }
        }

        return type == "url_citation" && url is not null ? new UrlCitation(url, title, start, end) : null;
    }

    private static void ReadParts(ref Utf8JsonReader reader, List<OutputPart> parts)
    {
        if (!EntersArray(ref reader))
        {
            return;
        }

        while (NextObject(ref reader))
        {
            parts.Add(ReadPart(ref reader));
        }
    }

    private static OutputPart ReadPart(ref Utf8JsonReader reader)
    {
        string? text = null,
            refusal = null;
        List<UrlCitation> citations = [];
        while (NextMember(ref reader))
        {
            if (reader.ValueTextEquals("text"u8))
            {
                text = Text(ref reader);
            }
            else if (reader.ValueTextEquals("refusal"u8))
            {
                refusal = Text(ref reader);
            }
            else if (reader.ValueTextEquals("annotations"u8))
            {
                ReadCitations(ref reader, citations);
            }
            else
            {
                SkipValue(ref reader);
            }
        }

        return new OutputPart(refusal ?? text ?? "", refusal is not null, citations);
    }

    private static void ReadCitations(ref Utf8JsonReader reader, List<UrlCitation> citations)
    {
        if (!EntersArray(ref reader))
        {
            return;
        }

        while (NextObject(ref reader))
        {
            if (ReadCitation(ref reader) is { } citation)
            {
                citations.Add(citation);
            }
        }
    }

    private static void ReadSummary(ref Utf8JsonReader reader, List<string> summary)
    {
        if (!EntersArray(ref reader))
        {
            return;
        }

        while (NextObject(ref reader))
        {
            summary.Add(ReadPart(ref reader).Text);
        }
    }

    private static SearchAction? ReadAction(ref Utf8JsonReader reader)
    {
        if (!EntersObject(ref reader))
        {
            return null;
        }

        string? type = null,
            query = null,
            queries = null,
            url = null;
        List<SearchSource>? sources = null;
        while (NextMember(ref reader))
        {
            if (reader.ValueTextEquals("type"u8))
            {
                type = Text(ref reader);
            }
            else if (reader.ValueTextEquals("query"u8))
            {
                query = Text(ref reader);
            }
            else if (reader.ValueTextEquals("queries"u8))
            {
                queries = ReadQueries(ref reader);
            }
            else if (reader.ValueTextEquals("url"u8))
            {
                url = Text(ref reader);
            }
            else if (reader.ValueTextEquals("sources"u8))
            {
                sources = ReadSources(ref reader);
            }
            else
            {
                SkipValue(ref reader);
            }
        }

        return new SearchAction(type ?? "", query ?? queries, url, sources);
    }

    private static string? ReadQueries(ref Utf8JsonReader reader)
    {
        if (!EntersArray(ref reader))
        {
            return null;
        }

        List<string> queries = [];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.String)
            {
                queries.Add(reader.GetString()!);
            }
            else
            {
                reader.Skip();
            }
        }

        return string.Join("; ", queries);
    }

    private static List<SearchSource>? ReadSources(ref Utf8JsonReader reader)
    {
        if (!EntersArray(ref reader))
        {
            return null;
        }

        List<SearchSource> sources = [];
        while (NextObject(ref reader))
        {
            string? url = null,
                title = null;
            while (NextMember(ref reader))
            {
                if (reader.ValueTextEquals("url"u8))
                {
                    url = Text(ref reader);
                }
                else if (reader.ValueTextEquals("title"u8))
                {
                    title = Text(ref reader);
                }
                else
                {
                    SkipValue(ref reader);
                }
            }

            if (url is not null)
            {
                sources.Add(new SearchSource(url, title));
            }
        }
        return sources;
    }
}
