using System.Buffers.Text;
using System.Security.Cryptography;
using CodexProxy.Telemetry;

namespace CodexProxy.Endpoints;

/// <summary>
/// What a caller must present to change anything: made anew at every start. Only the record of this
/// run holds it, which only the user may read.
/// </summary>
internal sealed class ManagementToken
{
    /// <summary>The token: 256 random bits in base64url.</summary>
    public Secret Value { get; } = new(Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32)));
}
