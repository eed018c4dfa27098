using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;

namespace CodexProxy.Options;

/// <summary>
/// One setting: its names, its meaning, and how its value gets into <see cref="ProxyOptions"/>. The table is
/// <see cref="Settings.All"/>; file, environment, command line, documentation and schema all follow it.
/// </summary>
public abstract class Setting
{
    /// <summary>Its place in the file, such as <c>models.big</c>; also its identity.</summary>
    public required string Path { get; init; }

    /// <summary>One sentence for people.</summary>
    public required string Summary { get; init; }

    /// <summary>Its flag with dashes; null when it has none.</summary>
    public string? Flag { get; init; }

    /// <summary>Its environment variables; the first that is set and not blank counts.</summary>
    public IReadOnlyList<string> Variables { get; init; } = [];

    /// <summary>Whether the file may hold it. Settings that say where the file lies may not.</summary>
    public bool InFile { get; init; } = true;

    /// <summary>Whether a change takes effect only at the next start.</summary>
    public bool NeedsRestart { get; init; }

    /// <summary>Whether its value must not be repeated in errors.</summary>
    public bool IsSecret { get; init; }

    /// <summary>What values it takes.</summary>
    public abstract ValueShape Shape { get; }

    /// <summary>Sets the value from a flag or a variable. False when the text has the wrong form.</summary>
    public abstract bool TryApply(ProxyOptions options, string text, [NotNullWhen(true)] out ProxyOptions? changed);

    /// <summary>Sets the value from the file. False when the JSON value has the wrong form.</summary>
    public abstract bool TryApply(
        ProxyOptions options,
        JsonElement json,
        [NotNullWhen(true)] out ProxyOptions? changed
    );

    /// <summary>Whether both options hold the same value.</summary>
    public abstract bool IsSame(ProxyOptions one, ProxyOptions other);

    /// <summary>The value, where it is a number, a switch or one of a few words; null where a person may have written it.</summary>
    public abstract string? Shown(ProxyOptions options);

    /// <summary>
    /// The value as people write it in a variable; empty when there is none, <c>***</c> for a secret.
    /// </summary>
    public abstract string Text(ProxyOptions options);

    /// <summary><paramref name="to"/> with this setting's value, and its source, of <paramref name="from"/>.</summary>
    public abstract ProxyOptions Copy(ProxyOptions from, ProxyOptions to);
}

/// <summary>A setting of one type.</summary>
/// <typeparam name="T">Type of the value in <see cref="ProxyOptions"/>.</typeparam>
public sealed class Setting<T> : Setting
{
    /// <summary>How its text and its JSON are read.</summary>
    public required SettingKind<T> Kind { get; init; }

    /// <summary>Takes the value out of the options.</summary>
    public required Func<ProxyOptions, T?> Get { get; init; }

    /// <summary>Puts a value into the options.</summary>
    public required Func<ProxyOptions, T, ProxyOptions> Set { get; init; }

    /// <inheritdoc/>
    public override ValueShape Shape => Kind.Shape;

    /// <inheritdoc/>
    public override bool TryApply(ProxyOptions options, string text, [NotNullWhen(true)] out ProxyOptions? changed)
    {
        changed = Kind.TryRead(text.Trim(), out var value) ? Set(options, value) : null;
        return changed is not null;
    }

    /// <inheritdoc/>
    public override bool TryApply(ProxyOptions options, JsonElement json, [NotNullWhen(true)] out ProxyOptions? changed)
    {
        changed = Kind.TryRead(json, out var value) ? Set(options, value) : null;
        return changed is not null;
    }

    /// <inheritdoc/>
    public override bool IsSame(ProxyOptions one, ProxyOptions other) =>
        EqualityComparer<T>.Default.Equals(Get(one), Get(other));

    /// <inheritdoc/>
    public override string? Shown(ProxyOptions options) =>
        !IsSecret && (Shape.Choices.Count > 0 || Shape.JsonType is "boolean" or "integer")
            ? Convert.ToString(Get(options), CultureInfo.InvariantCulture)
            : null;

    /// <inheritdoc/>
    public override string Text(ProxyOptions options)
    {
        var value = Get(options);
        return value is null or System.Collections.ICollection { Count: 0 } ? ""
            : IsSecret
                ? options.SourceOf(Path) == OptionSource.Default ? ""
                    : "***"
            : Kind.Write(value);
    }

    /// <inheritdoc/>
    public override ProxyOptions Copy(ProxyOptions from, ProxyOptions to)
    {
        var sources = new Dictionary<string, OptionSource>(to.Sources) { [Path] = from.SourceOf(Path) };
        var copied = Get(from) is { } value ? Set(to, value) : to;
        return copied with { Sources = sources };
    }
}
