namespace CodexProxy.Protocol.Failures;

/// <summary>The first matching row of the error table, codes before statuses.</summary>
internal static class FailureClassifier
{
    private static readonly TimeSpan DefaultDelay = TimeSpan.FromSeconds(2);

    public static UpstreamFailure Classify(
        int? status,
        UpstreamError error,
        IReadOnlyList<KeyValuePair<string, string>> headers
    )
    {
        var kind = ByCode(error) ?? ByWords(status, error) ?? ByStatus(status, error);
        return new UpstreamFailure
        {
            Kind = kind,
            Status = status,
            Code = error.Code ?? error.Type,
            Message = error.Message.Length == 0 ? null : error.Message,
            Param = error.Param,
            Plan = error.Plan,
            ResetsAt = error.ResetsAt,
            ResetsIn = error.ResetsIn,
            RetryDelay = kind == FailureKind.RateLimited ? Delay(error, headers) : TimeSpan.Zero,
            Headers = headers,
            Repair = RepairFor(kind, error),
        };
    }

    private static FailureKind? ByCode(UpstreamError error) => Known(error.Code) ?? Known(error.Type);

    private static FailureKind? Known(string? code) =>
        code switch
        {
            null => null,
            "context_length_exceeded" => FailureKind.ContextOverflow,
            "model_not_found" => FailureKind.UnknownModel,
            "invalid_base64_image" or "image_parse_error" or "unsupported_image_media_type" or "empty_image_file" =>
                FailureKind.BadImage,
            "image_too_large" or "image_file_too_large" => FailureKind.ImageTooLarge,
            _ when code.StartsWith("invalid_image", StringComparison.Ordinal) => FailureKind.BadImage,
            "invalid_function_parameters" => FailureKind.BadToolSchema,
            "invalid_prompt" => FailureKind.BadRequest,
            "usage_limit_reached" => FailureKind.UsageLimit,
            "usage_not_included"
            or "insufficient_quota"
            or "organization_spend_limit_exceeded"
            or "deactivated_workspace" => FailureKind.Billing,
            "rate_limit_exceeded" or "slow_down" => FailureKind.RateLimited,
            "server_is_overloaded" => FailureKind.Overloaded,
            "server_error" => FailureKind.ServerError,
            _ when code.Contains("policy", StringComparison.Ordinal) => FailureKind.Policy,
            _ => null,
        };

    private static FailureKind? ByWords(int? status, UpstreamError error)
    {
        var message = error.Message;
        if (message.Length == 0)
        {
            return null;
        }

        if (status is null or 400 or 413 && UpstreamWords.SpeakOfContext(message))
        {
            return FailureKind.ContextOverflow;
        }

        return message switch
        {
            _ when message.Contains("requires a newer version of Codex", StringComparison.OrdinalIgnoreCase) =>
                FailureKind.ClientTooOld,
            _ when status is 400 or 404 && UpstreamWords.RefuseModel(message) => FailureKind.UnknownModel,
            _ when message.StartsWith("Selected model is at capacity", StringComparison.OrdinalIgnoreCase) =>
                FailureKind.Overloaded,
            _ when message.Contains("does not represent a valid image", StringComparison.OrdinalIgnoreCase) =>
                FailureKind.BadImage,
            _ when message.StartsWith("No tool output found", StringComparison.OrdinalIgnoreCase)
                    || message.StartsWith("No tool call found", StringComparison.OrdinalIgnoreCase) =>
                FailureKind.UnpairedCall,
            _ => null,
        };
    }

    private static FailureKind ByStatus(int? status, UpstreamError error) =>
        status switch
        {
            401 => FailureKind.Unauthorized,
            402 => FailureKind.Billing,
            403 => FailureKind.Forbidden,
            404 when error.Message.Contains("model", StringComparison.OrdinalIgnoreCase) => FailureKind.UnknownModel,
            404 => FailureKind.WrongAddress,
            408 => FailureKind.Silence,
            413 => FailureKind.TooLarge,
            429 => FailureKind.RateLimited,
            503 => FailureKind.Overloaded,
            >= 500 => FailureKind.ServerError,
            >= 300 => FailureKind.BadRequest,
            // A failure inside the stream with another code or none.
            _ => FailureKind.ServerError,
        };

    private static FormRepair? RepairFor(FailureKind kind, UpstreamError error)
    {
        if (kind != FailureKind.BadRequest)
        {
            return null;
        }

        var message = error.Message;
        if (error.Code == "invalid_encrypted_content" || UpstreamWords.RefuseReasoning(message))
        {
            return new FormRepair(FormRepairKind.WithoutReasoning);
        }

        if (message.StartsWith("Instructions are required", StringComparison.OrdinalIgnoreCase))
        {
            return new FormRepair(FormRepairKind.DefaultInstructions);
        }

        const string unsupported = "Unsupported parameter: ";
        if (message.StartsWith(unsupported, StringComparison.OrdinalIgnoreCase))
        {
            var member = message[unsupported.Length..].Trim().Trim('\'', '"', '.');
            return member == "include"
                ? new FormRepair(FormRepairKind.WithoutSearchSources)
                : new FormRepair(FormRepairKind.WithoutMember, member);
        }

        return message switch
        {
            _ when Names(error, "include") => new FormRepair(FormRepairKind.WithoutSearchSources),
            _ when Names(error, "allowed_tools") => new FormRepair(FormRepairKind.AllowedToolsOnly),
            _ when Names(error, "web_search") => new FormRepair(FormRepairKind.SearchModel),
            _ when message.Contains("developer", StringComparison.OrdinalIgnoreCase)
                    && message.Contains("role", StringComparison.OrdinalIgnoreCase) => new FormRepair(
                FormRepairKind.DeveloperAsUser
            ),
            _ when message.Contains("System messages are not allowed", StringComparison.OrdinalIgnoreCase) =>
                new FormRepair(FormRepairKind.DeveloperAsUser),
            _ when Names(error, "input_file") || Names(error, "file_data") || Names(error, "file_url") =>
                new FormRepair(FormRepairKind.FilesAsText),
            _ => null,
        };
    }

    // What would have been allowed is not what is complained of.
    private static bool Names(UpstreamError error, string word) =>
        error.Message.IndexOf(word, StringComparison.OrdinalIgnoreCase) is >= 0 and var at
            && (
                error.Message.IndexOf("Supported values", StringComparison.OrdinalIgnoreCase)
                    is not (>= 0 and var listed)
                || at < listed
            )
        || (error.Param?.Contains(word, StringComparison.OrdinalIgnoreCase) ?? false);

    private static TimeSpan Delay(UpstreamError error, IReadOnlyList<KeyValuePair<string, string>> headers)
    {
        foreach (var (name, value) in headers)
        {
            if (
                name.Equals("retry-after", StringComparison.OrdinalIgnoreCase)
                && double.TryParse(value, System.Globalization.CultureInfo.InvariantCulture, out var seconds)
                && seconds is >= 0 and < 86_400 * 30
            )
            {
                return TimeSpan.FromSeconds(seconds);
            }
        }

        return UpstreamWords.DelayIn(error.Message) ?? DefaultDelay;
    }
}
