namespace BackupApp.Tests.Accounts;

internal static partial class AuthorizationMatrix
{
    private const string Protection = """
        # Protection and alerts
        s+++ ss ssss  GET /Channels
        s+++ ss ssss  GET /Channels/Index
        s3++ ss ssss  POST /Channels?handler=Again
        s3++ ss ssss  POST /Channels?handler=Ping
        s3++ ss ssss  POST /Channels?handler=RemovePing
        s3++ ss ssss  POST /Channels?handler=Test
        s3++ ss ssss  POST /Channels/Index?handler=Again
        s3++ ss ssss  POST /Channels/Index?handler=Ping
        s3++ ss ssss  POST /Channels/Index?handler=RemovePing
        s3++ ss ssss  POST /Channels/Index?handler=Test
        s3++ ss ssss  GET /Channels/Create
        s3++ ss ssss  POST /Channels/Create
        s3++ ss ssss  GET /Channels/Edit/{id:guid}
        s3++ ss ssss  POST /Channels/Edit/{id:guid}
        s3++ ss ssss  POST /Channels/Edit/{id:guid}?handler=Delete
        s3++ ss ssss  POST /Channels/Edit/{id:guid}?handler=Rotate
        ++++ ++ ++++  GET /Received/{token}
        ++++ ++ ++++  POST /Received/{token}
        1+++ 11 3+++  GET /health/backups
        1+++ 11 3+++  GET /metrics
        1+++ 11 3+++  GET /api/v1/incidents/
        1+++ 11 3+++  GET /api/v1/incidents/{id}
        1333 11 33++  POST /api/v1/incidents/{id}/acknowledge
        1333 11 33++  DELETE /api/v1/incidents/{id}/acknowledge
        s+++ ss ssss  GET /Incidents
        s+++ ss ssss  GET /Incidents/Index
        s+++ ss ssss  GET /Incidents/{id:guid}
        s3++ ss ssss  POST /Incidents/{id:guid}
        s3++ ss ssss  POST /Incidents/{id:guid}?handler=TakeBack
        s+++ ss ssss  GET /Uncovered
        s+++ ss ssss  GET /Uncovered/Index
        s3++ ss ssss  POST /Uncovered?handler=Ignore
        s3++ ss ssss  POST /Uncovered?handler=Look
        s3++ ss ssss  POST /Uncovered?handler=TakeBack
        s3++ ss ssss  POST /Uncovered/Index?handler=Ignore
        s3++ ss ssss  POST /Uncovered/Index?handler=Look
        s3++ ss ssss  POST /Uncovered/Index?handler=TakeBack
        1+++ 11 3+++  GET /api/v1/uncovered-databases/
        1333 11 33++  POST /api/v1/uncovered-databases/look
        1333 11 33++  POST /api/v1/uncovered-databases/{id}/ignore
        1333 11 33++  DELETE /api/v1/uncovered-databases/{id}/ignore
        1+++ 11 3+++  GET /api/v1/notifications/channels
        1333 11 33++  POST /api/v1/notifications/channels
        1333 11 33++  DELETE /api/v1/notifications/channels/{id}
        1+++ 11 3+++  GET /api/v1/notifications/channels/{id}
        1333 11 33++  PATCH /api/v1/notifications/channels/{id}
        1333 11 33++  POST /api/v1/notifications/channels/{id}/rotate-secret
        1333 11 33++  POST /api/v1/notifications/channels/{id}/test
        1+++ 11 3+++  GET /api/v1/notifications/ping
        1333 11 33++  PUT /api/v1/notifications/ping
        1333 11 33++  DELETE /api/v1/notifications/ping
        1+++ 11 3+++  GET /api/v1/notifications/deliveries
        1333 11 33++  POST /api/v1/notifications/deliveries/{id}/send-again
        """;
}
