using CodexProxy.Credentials;

namespace CodexProxy.Accounts;

/// <summary>One account that can serve.</summary>
public sealed class Account
{
    private static readonly TimeSpan UseResolution = TimeSpan.FromMinutes(1);

    private DateTimeOffset _touched;

    internal Account(AccountEntry entry, CodexLogin login) => (Entry, Login) = (entry, login);

    /// <summary>Its name in commands, files and logs: 12 hex digits.</summary>
    public string Key => Entry.Key;

    /// <summary>How it came here.</summary>
    public AccountOrigin Origin => Entry.Origin;

    /// <summary>When it came here.</summary>
    public DateTimeOffset AddedAt => Entry.AddedAt;

    /// <summary>Its tokens.</summary>
    public CodexLogin Login { get; }

    /// <summary>What its tokens say of person, workspace and plan; null when there are none.</summary>
    public Credential? Known => Login.Stored?.Credential;

    /// <summary>When it last served, to the minute; null when it never has.</summary>
    public DateTimeOffset? LastUsed => UsePath is { } path && File.Exists(path) ? File.GetLastWriteTimeUtc(path) : null;

    /// <summary>How it is called to people: the address, else the key.</summary>
    public string Name => Known?.Email ?? Key;

    internal AccountEntry Entry { get; }

    private string? UsePath => Entry.File is { } file ? file + ".used" : null;

    /// <summary>Notes that it serves. At most one write a minute.</summary>
    internal void Touch(DateTimeOffset now)
    {
        if (UsePath is not { } path || (now - _touched).Duration() < UseResolution)
        {
            return;
        }

        _touched = now;
        try
        {
            // A file that is there keeps the folder as it is: only its own time changes.
            var options = new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate,
                Access = FileAccess.Write,
                Share = FileShare.ReadWrite,
            };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            using (new FileStream(path, options)) { }
            File.SetLastWriteTimeUtc(path, now.UtcDateTime);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // When an account last served is a courtesy; a full disk must not cost an answer.
        }
    }
}
