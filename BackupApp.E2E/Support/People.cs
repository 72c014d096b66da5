using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace BackupApp.E2E.Support;

/// <summary>Users beside the administrator.</summary>
public static class People
{
    public const string Password = "four random words here";

    /// <summary>Few: what a browser test is for is not the time that hashing takes.</summary>
    public const int PasswordHashRounds = 1000;

    /// <param name="role">viewer, operator or administrator.</param>
    /// <returns>The e-mail address to sign in with; the password is <see cref="Password"/>.</returns>
    public static async Task<string> AddUserAsync(this AppUnderTest app, string role)
    {
        var email = $"{role}@example.com";
        await app.SqlAsync<object>(
            """
            INSERT INTO users (id, role, created_at, user_name, normalized_user_name, email, normalized_email,
                email_confirmed, password_hash, security_stamp,
                concurrency_stamp, phone_number_confirmed, two_factor_enabled, lockout_enabled, access_failed_count)
            VALUES (gen_random_uuid(), $1, now(), $2, upper($2), $2, upper($2), true, $3, gen_random_uuid()::text,
                gen_random_uuid()::text, false, false, true, 0)
            ON CONFLICT DO NOTHING
            """,
            role,
            email,
            Hash(email));
        return email;
    }

    private static string Hash(string email)
    {
        var options = new PasswordHasherOptions { IterationCount = PasswordHashRounds };
        return new PasswordHasher<string>(Options.Create(options)).HashPassword(email, Password);
    }
}
