using System.Buffers.Text;
using System.Security.Cryptography;
using CodexProxy.Telemetry;

namespace CodexProxy.Endpoints;

/// <summary>
/// What a caller must present to change anything: made anew at every start, never written to a file or a log. Only what this
/// run hands it to has it.
/// </summary>
internal sealed class ManagementToken
{
    /// <summary>The token: 256 random bits in base64url.</summary>
    public Secret Value { get; } = new(Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32)));
}
