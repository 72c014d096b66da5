using BackupApp.Errors;
using BackupApp.Pages.Ui;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace BackupApp.Pages;

/// <summary>
/// What pages do with what features say: problems go beside their fields, a conflict becomes a message, a missing thing a 404.
/// </summary>
public abstract class FeaturePage : PageModel
{
    /// <summary>Runs the feature; on wrong input shows this page again with the problems.</summary>
    /// <param name="reload">What the page needs to be shown again.</param>
    protected async Task<IActionResult> SaveAsync(Func<Task<IActionResult>> save, Func<Task>? reload = null)
    {
        try
        {
            return await save();
        }
        catch (InvalidInputException e)
        {
            foreach (var (field, problem) in e.Problems)
                ModelState.AddModelError($"Input.{field}", problem);
        }
        catch (ConflictException e)
        {
            ModelState.AddModelError("", e.Message);
        }
        catch (NotFoundException)
        {
            return NotFound();
        }

        if (reload is not null)
            await reload();
        return Page();
    }

    /// <summary>Saves what could be read; a number that is none is said beside its field, like every other problem.</summary>
    /// <param name="reload">What the page needs to be shown again.</param>
    protected async Task<IActionResult> SaveInputAsync(Func<Task<IActionResult>> save, Func<Task>? reload = null)
    {
        if (ModelState.IsValid)
            return await SaveAsync(save, reload);
        if (reload is not null)
            await reload();
        return Page();
    }

    /// <summary>Runs an action of a button and goes back to where the button was, with what was in the way.</summary>
    protected async Task<IActionResult> ActAsync(Func<Task<IActionResult>> act, Func<IActionResult> back)
    {
        try
        {
            return await act();
        }
        catch (ConflictException e)
        {
            TempData.Error(e.Message);
            return back();
        }
        catch (InvalidInputException e)
        {
            TempData.Error(string.Join(' ', e.Problems.Values));
            return back();
        }
        catch (NotFoundException)
        {
            return NotFound();
        }
    }
}
