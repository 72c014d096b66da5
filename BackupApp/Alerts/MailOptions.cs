using System.ComponentModel.DataAnnotations;
using MimeKit;

namespace BackupApp.Alerts;

/// <summary>Section <c>BackupApp:Mail</c>: the mail server of channels that have none of their own.</summary>
public sealed class MailOptions : IValidatableObject
{
    public string Host { get; set; } = "";

    [Range(1, 65535)]
    public int Port { get; set; } = 587;

    public SmtpSecurity Security { get; set; }

    public string? User { get; set; }

    public string? Password { get; set; }

    /// <summary>The sender's address.</summary>
    public string From { get; set; } = "";

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Host.Length > 0 && !MailboxAddress.TryParse(From, out _))
            yield return new("BackupApp__Mail__From is the sender's address, such as backups@example.com.", [nameof(From)]);
    }
}
