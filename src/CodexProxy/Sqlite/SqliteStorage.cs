using System.Globalization;
using CodexProxy.Storage;
using CodexProxy.Usage;
using Microsoft.Data.Sqlite;

namespace CodexProxy.Sqlite;

/// <summary>The history as a SQLite file in the home folder, readable for its owner only.</summary>
/// <param name="home">The folder.</param>
/// <param name="time">The clock that names damaged files.</param>
internal sealed class SqliteStorage(string home, TimeProvider time) : IUsageStorage
{
    /// <summary>Name of the file.</summary>
    public const string FileName = "usage.db";

    /// <summary>Name of the native library, without what each system puts around it.</summary>
    public const string Library = "e_sqlite3";

    // How long a statement waits for another program that has the file, in seconds.
    private const int Patience = 2;

    private static readonly string[] Companions = ["", "-wal", "-shm"];

    static SqliteStorage() => SQLitePCL.Batteries_V2.Init();

    private string FilePath => Path.Combine(home, FileName);

    /// <inheritdoc/>
    public Task<IUsageStore> OpenAsync(CancellationToken cancellationToken) =>
        Task.Run<IUsageStore>(
            () =>
                SqliteFault.Guard(
                    FilePath,
                    () =>
                    {
                        CreateFile();
                        var connection = Connect(FilePath, SqliteOpenMode.ReadWrite);
                        try
                        {
                            Refuse(connection, newerThan: SqliteSchema.Version);
                            SqliteSchema.Migrate(connection);
                            // What the system was given is safe when this program dies; a power cut may cost seconds.
                            SqliteSchema.Run(connection, "PRAGMA synchronous = NORMAL");
                            SqliteSchema.Run(connection, "PRAGMA journal_size_limit = 4194304");
                            return new SqliteUsageStore(FilePath, connection);
                        }
                        catch
                        {
                            connection.Dispose();
                            throw;
                        }
                    }
                ),
            cancellationToken
        );

    /// <inheritdoc/>
    public Task<IUsageReader?> OpenReaderAsync(CancellationToken cancellationToken) =>
        Task.Run<IUsageReader?>(
            () =>
                SqliteFault.Guard<IUsageReader?>(
                    FilePath,
                    () =>
                    {
                        if (!File.Exists(FilePath))
                        {
                            return null;
                        }

                        using var connection = Connect(FilePath, SqliteOpenMode.ReadOnly);
                        Refuse(connection, newerThan: SqliteSchema.Version);
                        return SqliteSchema.VersionOf(connection) switch
                        {
                            0 => null,
                            var version when version < SqliteSchema.Version => throw new UsageStoreException(
                                UsageFault.Unavailable,
                                $"{FilePath} was written by an older version. Start the gateway once to bring it up to date."
                            ),
                            _ => new SqliteUsageReader(FilePath),
                        };
                    }
                ),
            cancellationToken
        );

    /// <inheritdoc/>
    public Task<string> SetAsideAsync(CancellationToken cancellationToken) =>
        Task.Run(
            () =>
                SqliteFault.Guard(
                    FilePath,
                    () =>
                    {
                        var stamp = time.GetUtcNow().ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture);
                        var place = $"{FilePath}.damaged-{stamp}";
                        for (var copy = 2; File.Exists(place); copy++)
                        {
                            place = $"{FilePath}.damaged-{stamp}-{copy}";
                        }

                        foreach (var end in Companions.Where(end => File.Exists(FilePath + end)))
                        {
                            File.Move(FilePath + end, place + end);
                        }

                        return place;
                    }
                ),
            cancellationToken
        );

    /// <summary>Opens a connection of its own.</summary>
    internal static SqliteConnection Connect(string path, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder
            {
                DataSource = path,
                Mode = mode,
                DefaultTimeout = Patience,
                Pooling = false,
            }.ToString()
        );
        connection.Open();
        return connection;
    }

    // The library gives its other files the mode of this one.
    private void CreateFile()
    {
        PrivateFolder.Create(home);
        var options = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = FileShare.ReadWrite | FileShare.Delete,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        if (!File.Exists(FilePath))
        {
            new FileStream(FilePath, options).Dispose();
        }
    }

    private void Refuse(SqliteConnection connection, int newerThan)
    {
        if (SqliteSchema.VersionOf(connection) is var version && version > newerThan)
        {
            throw new UsageStoreException(
                UsageFault.Newer,
                $"{FilePath} was written by a newer version of this program (form {version}, known up to {newerThan}); it is left alone."
            );
        }
    }
}
