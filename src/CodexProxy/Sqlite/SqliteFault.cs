using CodexProxy.Usage;
using Microsoft.Data.Sqlite;

namespace CodexProxy.Sqlite;

/// <summary>Says in the words of every store what went wrong in this one.</summary>
internal static class SqliteFault
{
    // Result codes of the library.
    private const int Busy = 5;
    private const int Locked = 6;
    private const int Corrupt = 11;
    private const int Full = 13;
    private const int NoDatabase = 26;

    /// <summary>Runs something on the file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="run">What to do.</param>
    /// <exception cref="UsageStoreException">It could not be done.</exception>
    public static T Guard<T>(string path, Func<T> run)
    {
        try
        {
            return run();
        }
        catch (SqliteException exception)
        {
            throw Translate(path, exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageStoreException(
                UsageFault.Unavailable,
                $"{path} cannot be used: {exception.Message}",
                exception
            );
        }
    }

    private static UsageStoreException Translate(string path, SqliteException exception)
    {
        var (fault, sentence) = exception.SqliteErrorCode switch
        {
            Busy or Locked => (UsageFault.Busy, $"{path} is in use by another program."),
            Full => (UsageFault.Full, $"There is no room left for {path}."),
            Corrupt or NoDatabase => (UsageFault.Damaged, $"{path} is damaged."),
            var code => (
                UsageFault.Unavailable,
                $"{path} cannot be used (SQLite error {code}, {exception.SqliteExtendedErrorCode})."
            ),
        };
        return new UsageStoreException(fault, sentence, exception);
    }
}
