using System.Text.Json;
using CodexProxy.Protocol.Json;

namespace CodexProxy.Options;

/// <summary>
/// The configuration file: JSON with comments and trailing commas, members as in <see cref="Settings.All"/>.
/// </summary>
internal sealed class ConfigFile
{
    private static readonly JsonDocumentOptions Syntax = new()
    {
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        AllowDuplicateProperties = false,
        MaxDepth = 16,
    };

    private readonly Dictionary<string, JsonElement> _values = [];

    private ConfigFile(string name) => Name = name;

    /// <summary>The file's path as shown to people.</summary>
    public string Name { get; }

    /// <summary>Setting path → its value.</summary>
    public IReadOnlyDictionary<string, JsonElement> Values => _values;

    /// <summary>
    /// Reads the file. What is wrong with it is added to <paramref name="errors"/>; the rest is still returned.
    /// </summary>
    /// <param name="path">Where it lies.</param>
    /// <param name="name">How to call it in errors.</param>
    /// <param name="required">Whether its absence is an error.</param>
    /// <param name="errors">Receives what is wrong.</param>
    public static ConfigFile Read(string path, string name, bool required, List<OptionError> errors)
    {
        try
        {
            return Parse(File.ReadAllBytes(path), name, errors);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            if (required)
            {
                errors.Add(new(name, "the file does not exist", "Create it, or leave the setting out."));
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            errors.Add(new(name, "the file cannot be read", "Make it readable for this user, or remove it."));
        }

        return new ConfigFile(name);
    }

    /// <summary>The same for the content of a file.</summary>
    public static ConfigFile Parse(Memory<byte> content, string name, List<OptionError> errors)
    {
        var file = new ConfigFile(name);
        try
        {
            using var document = SoundJson.Parse(content.WithoutByteOrderMark(), Syntax);
            file.Take(document.RootElement, "", errors);
        }
        catch (JsonException exception)
        {
            var line = (exception.LineNumber ?? 0) + 1;
            var column = (exception.BytePositionInLine ?? 0) + 1;
            errors.Add(new($"{name}:{line}:{column}", "this is not valid JSON", "Correct the file at that place."));
        }

        return file;
    }

    private void Take(JsonElement element, string prefix, List<OptionError> errors)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            var where = prefix.Length == 0 ? Name : $"{Name}: {prefix.TrimEnd('.')}";
            errors.Add(new(where, "this is not a JSON object", "Write members between { and }."));
            return;
        }

        foreach (var member in element.EnumerateObject())
        {
            var path = prefix + member.Name;
            if (Settings.All.Any(setting => setting.InFile && setting.Path == path))
            {
                _values[path] = member.Value.Clone();
            }
            else if (IsGroup(path))
            {
                Take(member.Value, path + ".", errors);
            }
            else if (path != "$schema")
            {
                errors.Add(Unknown(path));
            }
        }
    }

    private OptionError Unknown(string path)
    {
        var known = Settings.All.Where(setting => setting.InFile).Select(setting => setting.Path);
        return new(
            $"{Name}: {path}",
            "there is no such setting",
            $"The nearest known one is {NearestName.Find(path, known)}."
        );
    }

    private static bool IsGroup(string path) =>
        Settings.All.Any(setting => setting.InFile && setting.Path.StartsWith(path + ".", StringComparison.Ordinal));
}
