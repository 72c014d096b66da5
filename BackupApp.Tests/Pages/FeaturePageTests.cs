using BackupApp.Errors;
using BackupApp.Pages;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ViewFeatures;

namespace BackupApp.Tests.Pages;

public sealed class FeaturePageTests
{
    [Fact]
    public async Task Wrong_input_of_a_button_is_said_where_the_button_was()
    {
        var page = new Buttons { TempData = new TempDataDictionary(new DefaultHttpContext(), new NoTempData()) };

        var answer = await page.PressAsync(() => throw new InvalidInputException("Why", "Say why on one line."));

        Assert.Equal("/back", Assert.IsType<LocalRedirectResult>(answer).Url);
        Assert.Equal(["Say why on one line."], page.TempData.Values);
    }

    private sealed class Buttons : FeaturePage
    {
        public Task<IActionResult> PressAsync(Func<Task<IActionResult>> act) => ActAsync(act, () => new LocalRedirectResult("/back"));
    }

    private sealed class NoTempData : ITempDataProvider
    {
        public IDictionary<string, object> LoadTempData(HttpContext context) => new Dictionary<string, object>();

        public void SaveTempData(HttpContext context, IDictionary<string, object> values)
        {
        }
    }
}
