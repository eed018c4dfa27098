using Microsoft.Data.Sqlite;

namespace CodexProxy.Sqlite;

/// <summary>A statement made of fixed parts, with its values beside it.</summary>
/// <param name="text">Its text.</param>
internal sealed class SqliteStatement(string text)
{
    private readonly List<SqliteParameter> _values = [];
    private string _text = text;

    /// <summary>Its text.</summary>
    public string Text => _text;

    /// <summary>Adds a part.</summary>
    public SqliteStatement Then(string part)
    {
        _text += part;
        return this;
    }

    /// <summary>Adds a part and its value, where there is a value.</summary>
    /// <param name="part">The part, which names the value.</param>
    /// <param name="name">Name of the value.</param>
    /// <param name="value">The value; null leaves the part out.</param>
    public SqliteStatement Where(string part, string name, object? value) =>
        value is null ? this : Then(part).With(name, value);

    /// <summary>Gives a value its name.</summary>
    public SqliteStatement With(string name, object? value)
    {
        _values.Add(new SqliteParameter(name, value ?? DBNull.Value));
        return this;
    }

    /// <summary>A command that runs it.</summary>
    /// <param name="connection">Where.</param>
    /// <param name="prefix">Stands before it.</param>
    public SqliteCommand On(SqliteConnection connection, string prefix = "")
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // The text is put together from constants of this folder; values are parameters.
        command.CommandText = prefix + _text;
#pragma warning restore CA2100
        command.Parameters.AddRange(_values);
        return command;
    }
}
