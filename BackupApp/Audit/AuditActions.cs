namespace BackupApp.Audit;

/// <summary>The published words of the audit log (design: "Audit log").</summary>
public static class AuditActions
{
    public const string DataSourceCreated = "datasource.created";
    public const string DataSourceUpdated = "datasource.updated";
    public const string DataSourceCredentialsSet = "datasource.credentials_set";
    public const string DataSourceActivated = "datasource.activated";
    public const string DataSourceDeactivated = "datasource.deactivated";
    public const string PromiseSet = "datasource.promise_set";
    public const string PromiseLoosened = "datasource.promise_loosened";
    public const string DataSourceDeleted = "datasource.deleted";
    public const string DataSourceVerifyAttempted = "datasource.verify_attempted";

    public const string PolicyCreated = "policy.created";
    public const string PolicyUpdated = "policy.updated";
    public const string PolicyDeleted = "policy.deleted";
    public const string PolicyAttached = "policy.attached";
    public const string PolicyDetached = "policy.detached";
    public const string PolicyPaused = "policy.paused";
    public const string PolicyResumed = "policy.resumed";

    public const string DestinationCreated = "storage_destination.created";
    public const string DestinationUpdated = "storage_destination.updated";
    public const string DestinationReverified = "storage_destination.reverified";
    public const string DestinationLookRequested = "storage_destination.look_requested";
    public const string DestinationDeleted = "storage_destination.deleted";

    public const string BackupQueued = "backup_job.queued";
    public const string BackupManualRun = "backup_job.manual_run";
    public const string BackupStarted = "backup_job.started";
    public const string BackupCompleted = "backup_job.completed";
    public const string BackupFailed = "backup_job.failed";
    public const string BackupCanceled = "backup_job.canceled";
    public const string BackupMissed = "backup_job.missed";
    public const string BackupSkipped = "backup_job.skipped";
    public const string BackupPinned = "backup_job.pinned";
    public const string BackupWarningSilenced = "backup_job.warning_silenced";
    public const string BackupDamaged = "backup_job.damaged";
    public const string BackupFoundAgain = "backup_job.found_again";
    public const string BackupDeleted = "backup_job.deleted";
    public const string BackupExpired = "backup_job.expired";
    public const string BackupDeleteFailed = "backup_job.delete_failed";
    public const string BackupReapedStuck = "backup_job.reaped_stuck";
    public const string BackupReapedHealed = "backup_job.reaped_healed";
    public const string BackupReapedOrphanCleaned = "backup_job.reaped_orphan_cleaned";
    public const string BackupDownloadLinkGenerated = "backup_job.download_link_generated";
    public const string BackupDownloaded = "backup_job.downloaded";

    public const string IncidentBegan = "incident.began";
    public const string IncidentEnded = "incident.ended";
    public const string IncidentTakenBack = "incident.acknowledgement_taken_back";
    public const string UncoveredIgnored = "uncovered_database.ignored";
    public const string UncoveredTakenBack = "uncovered_database.ignore_taken_back";
    public const string UncoveredLookRequested = "uncovered_database.look_requested";
    public const string IncidentAcknowledged = "incident.acknowledged";

    public const string PingSet = "ping.set";
    public const string PingRemoved = "ping.removed";

    public const string ChannelCreated = "alert_channel.created";
    public const string ChannelUpdated = "alert_channel.updated";
    public const string ChannelDeleted = "alert_channel.deleted";
    public const string ChannelConfirmed = "alert_channel.confirmed";
    public const string NotificationSettingsUpdated = "notification_settings.updated";
    public const string NotificationSent = "notification.sent";
    public const string NotificationFailed = "notification.failed";

    public const string RestoreCreated = "restore_job.created";
    public const string RestoreStarted = "restore_job.started";
    public const string RestoreCompleted = "restore_job.completed";
    public const string RestoreFailed = "restore_job.failed";
    public const string RestoreCanceled = "restore_job.canceled";
    public const string RestoreReapedStuck = "restore_job.reaped_stuck";
    public const string RestoreUndone = "restore_job.undone";
    public const string RestoreKeptDropped = "restore_job.kept_dropped";
    public const string RestoreLogLinkGenerated = "restore_job.log_link_generated";

    public const string UserCreated = "user.created";
    public const string UserRoleChanged = "user.role_changed";
    public const string UserDisabled = "user.disabled";
    public const string UserSignedIn = "user.signed_in";
    public const string UserSignedOut = "user.signed_out";
    public const string UserSignInFailed = "user.sign_in_failed";
    public const string UserConfirmFailed = "user.confirm_failed";
    public const string UserPasswordChanged = "user.password_changed";
    public const string UserTwoFactorChanged = "user.two_factor_changed";
    public const string UserSessionsRevoked = "user.sessions_revoked";
    public const string UserInvited = "user.invited";
    public const string UserInvitationEnded = "user.invitation_ended";

    public const string KeyExported = "key.exported";
    public const string KeyCopyConfirmed = "key.copy_confirmed";

    public const string ChecklistNotNeeded = "checklist_item.not_needed";
    public const string ChecklistTakenBack = "checklist_item.not_needed_taken_back";

    public const string AccessRefused = "access.refused";

    public const string ApiTokenCreated = "api_token.created";
    public const string ApiTokenRevoked = "api_token.revoked";
}
