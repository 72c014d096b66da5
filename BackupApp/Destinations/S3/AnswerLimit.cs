using BackupApp.Streams;

namespace BackupApp.Destinations.S3;

/// <summary>
/// Limits what a store may answer, in bytes: its lists, confirmations and errors are read into memory as a whole, and what they hold is
/// somebody else's choice.
/// </summary>
/// <param name="streamsObjects">A good answer is the object itself, which is streamed and may have any size.</param>
internal sealed class AnswerLimit(HttpMessageHandler inner, S3StoreSettings settings, bool streamsObjects) : DelegatingHandler(inner)
{
    /// <summary>Bytes. A page of a list has at most 1000 entries and stays far below this with the longest keys.</summary>
    public const int Largest = 4 * 1024 * 1024;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var answer = await base.SendAsync(request, cancellationToken);
        // The answer to HEAD tells the length of an object and has no body.
        if (request.Method == HttpMethod.Head || (streamsObjects && answer.IsSuccessStatusCode))
            return answer;
        try
        {
            if (answer.Content.Headers.ContentLength > Largest)
                throw TooLong();
            var body = await answer.Content.ReadAsStreamAsync(cancellationToken);
            var limited = new StreamContent(new LimitedRead(body, Largest, TooLong));
            foreach (var (name, values) in answer.Content.Headers)
                limited.Headers.TryAddWithoutValidation(name, values);
            answer.Content = limited;
            return answer;
        }
        catch
        {
            answer.Dispose();
            throw;
        }
    }

    private StoreException TooLong() => new(
        StoreError.InvalidConfiguration,
        $"{settings.Place} answered with more than {Largest >> 20} MiB where an S3 store sends a few lines: correct the endpoint.");
}
