using System.Runtime.InteropServices;
using System.Text.Json;

namespace CodexProxy.Protocol.Json;

/// <summary>Finds members that stand twice in an object: which of them counts would be anybody's guess.</summary>
internal static class RepeatedMembers
{
    // Up to here comparing each with each is the cheapest way.
    private const int Few = 16;

    /// <summary>The first name that comes again; null when all differ.</summary>
    public static string? In(JsonElement json)
    {
        var count = json.GetPropertyCount();
        if (count > Few)
        {
            return InMany(json);
        }

        var at = 0;
        foreach (var member in json.EnumerateObject())
        {
            if (at > 0 && StandsBefore(json, at, JsonMarshal.GetRawUtf8PropertyName(member)))
            {
                return member.Name;
            }

            at++;
        }

        return null;
    }

    private static bool StandsBefore(JsonElement json, int end, ReadOnlySpan<byte> name)
    {
        foreach (var member in json.EnumerateObject())
        {
            if (end-- == 0)
            {
                return false;
            }

            if (JsonMarshal.GetRawUtf8PropertyName(member).SequenceEqual(name))
            {
                return true;
            }
        }

        return false;
    }

    private static string? InMany(JsonElement json)
    {
        var names = new HashSet<string>();
        foreach (var member in json.EnumerateObject())
        {
            if (!names.Add(member.Name))
            {
                return member.Name;
            }
        }

        return null;
    }
}
