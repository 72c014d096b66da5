using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Identity;

namespace BackupApp.Accounts.People;

/// <summary>
/// Which passwords are refused beyond those that are too short: the ones that everybody tries first, also in front of a year, and what
/// anybody would try for this person and this product. Nothing is asked of their composition.
/// </summary>
public sealed partial class PasswordRules : IPasswordValidator<AppUser>
{
    private const string Product = "backupapp";

    // Fewer kinds of characters are a key held down, or a pattern.
    private const int FewestKinds = 5;

    // What people append to a word because a form demands it.
    private const int LongestAppendix = 8;

    private const int ShortestName = 4;

    public Task<IdentityResult> ValidateAsync(UserManager<AppUser> manager, AppUser user, string? password)
    {
        var problem = Problem(user, (password ?? "").ToLowerInvariant());
        return Task.FromResult(problem is null ? IdentityResult.Success : Refused(problem));
    }

    private static IdentityResult Refused(string problem) =>
        IdentityResult.Failed(new IdentityError { Code = "PasswordIsGuessable", Description = problem });

    private static string? Problem(AppUser user, string password)
    {
        // Before anything else: what looks for a repeated part takes the square of the length.
        if (password.Length > AccountsOptions.MaximumPasswordLength)
            return $"A password has at most {AccountsOptions.MaximumPasswordLength} characters. Four random words are a good one.";
        var letters = string.Concat(password.Where(char.IsLetterOrDigit));
        if (letters.Contains(Product, StringComparison.Ordinal))
            return "The name of this product must not be part of the password: it is what strangers try first.";
        if (Names(user.Email).Any(name => password.Contains(name, StringComparison.Ordinal)))
            return "Your name or e-mail address must not be part of the password: it is what strangers try first.";
        if (password.Distinct().Count() < FewestKinds || Forms(password).Any(CommonPasswords.Contain))
            return "This password is one of those that strangers try first. Four random words are a good one.";
        return null;
    }

    // ann.smith@shop.example.com: ann.smith, annsmith, smith, shop, example.
    private static HashSet<string> Names(string? email)
    {
        var parts = (email ?? "").ToLowerInvariant().Split('@', 2);
        var names = new List<string> { parts[0], string.Concat(parts[0].Where(char.IsLetterOrDigit)) };
        names.AddRange(Separators().Split(parts[0]));
        if (parts is [_, var domain])
            names.AddRange(domain.Split('.')[..^1]);
        return [.. names.Where(name => name.Length >= ShortestName)];
    }

    private static IEnumerable<string> Forms(string password)
    {
        yield return password;
        if (WordIn(password) is { } word)
            yield return word;
        if (RepeatedPart(password) is not { } part)
            yield break;
        yield return part;
        if (WordIn(part) is { } repeated)
            yield return repeated;
    }

    // password2026! is as good as password.
    private static string? WordIn(string password)
    {
        var first = password.TakeWhile(c => !char.IsLetter(c)).Count();
        var last = password.Length - password.Reverse().TakeWhile(c => !char.IsLetter(c)).Count();
        var length = last - first;
        var around = password.Length - length;
        return length >= CommonPasswords.ShortestWord && around is > 0 and <= LongestAppendix ? password[first..last] : null;
    }

    // passwordpassword, and passwordpasswordpass.
    private static string? RepeatedPart(string password)
    {
        for (var length = 1; length <= password.Length / 2; length++)
        {
            if (password.AsSpan(length).SequenceEqual(password.AsSpan(0, password.Length - length)))
                return password[..length];
        }

        return null;
    }

    [GeneratedRegex("[^a-z]+", RegexOptions.NonBacktracking)]
    private static partial Regex Separators();
}
