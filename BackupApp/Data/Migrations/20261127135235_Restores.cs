using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace BackupApp.Data.Migrations
{
    /// <inheritdoc />
    public partial class Restores : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "restore_jobs",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    trigger = table.Column<string>(type: "text", nullable: false),
                    mode = table.Column<string>(type: "text", nullable: false),
                    data_source_id = table.Column<Guid>(type: "uuid", nullable: false),
                    data_source_name = table.Column<string>(type: "text", nullable: false),
                    engine = table.Column<string>(type: "text", nullable: false),
                    source_backup_id = table.Column<Guid>(type: "uuid", nullable: false),
                    artifact_id = table.Column<Guid>(type: "uuid", nullable: false),
                    backup_database = table.Column<string>(type: "text", nullable: false),
                    backup_taken_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    login = table.Column<string>(type: "text", nullable: false),
                    target_cipher = table.Column<byte[]>(type: "bytea", nullable: true),
                    target_ref = table.Column<string>(type: "text", nullable: false),
                    target_host = table.Column<string>(type: "text", nullable: false),
                    target_port = table.Column<int>(type: "integer", nullable: false),
                    target_database = table.Column<string>(type: "text", nullable: false),
                    selection = table.Column<string>(type: "jsonb", nullable: false),
                    go_on_past_errors = table.Column<bool>(type: "boolean", nullable: false),
                    swap_partial = table.Column<bool>(type: "boolean", nullable: false),
                    expected_read = table.Column<long>(type: "bigint", nullable: false),
                    expected_restored = table.Column<long>(type: "bigint", nullable: true),
                    phase = table.Column<string>(type: "text", nullable: true),
                    current_object = table.Column<string>(type: "text", nullable: true),
                    objects_done = table.Column<int>(type: "integer", nullable: true),
                    objects_total = table.Column<int>(type: "integer", nullable: true),
                    marks = table.Column<string>(type: "jsonb", nullable: false),
                    swapping_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    cleanup_due_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    notes = table.Column<string>(type: "text", nullable: true),
                    result = table.Column<string>(type: "jsonb", nullable: true),
                    kept_database = table.Column<string>(type: "text", nullable: true),
                    kept_oid = table.Column<long>(type: "bigint", nullable: true),
                    kept_dropped_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    in_place = table.Column<bool>(type: "boolean", nullable: false),
                    undone_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    aftermath_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    status = table.Column<string>(type: "text", nullable: false),
                    requested_by_id = table.Column<Guid>(type: "uuid", nullable: true),
                    requested_by = table.Column<string>(type: "text", nullable: true),
                    hangfire_job_id = table.Column<string>(type: "text", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "now()"),
                    started_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    finished_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    worker_id = table.Column<Guid>(type: "uuid", nullable: true),
                    worker_name = table.Column<string>(type: "text", nullable: true),
                    heartbeat_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    parked_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    reaped_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    cancel_requested = table.Column<bool>(type: "boolean", nullable: false),
                    cancel_reason = table.Column<string>(type: "text", nullable: true),
                    max_duration = table.Column<TimeSpan>(type: "interval", nullable: true),
                    bytes_read = table.Column<long>(type: "bigint", nullable: false),
                    bytes_stored = table.Column<long>(type: "bigint", nullable: false),
                    is_waiting_for_memory = table.Column<bool>(type: "boolean", nullable: false, defaultValue: false),
                    error_code = table.Column<string>(type: "text", nullable: true),
                    error_summary = table.Column<string>(type: "text", nullable: true),
                    error_stage = table.Column<string>(type: "text", nullable: true),
                    warning = table.Column<string>(type: "text", nullable: true),
                    tool_version = table.Column<string>(type: "text", nullable: true),
                    server_version = table.Column<string>(type: "text", nullable: true),
                    connection_encrypted = table.Column<bool>(type: "boolean", nullable: true),
                    connection_verified = table.Column<bool>(type: "boolean", nullable: true),
                    tool_log = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_restore_jobs", x => x.id);
                    table.ForeignKey(
                        name: "fk_restore_jobs_backup_artifacts_artifact_id",
                        column: x => x.artifact_id,
                        principalTable: "backup_artifacts",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "fk_restore_jobs_backup_jobs_source_backup_id",
                        column: x => x.source_backup_id,
                        principalTable: "backup_jobs",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "fk_restore_jobs_data_sources_data_source_id",
                        column: x => x.data_source_id,
                        principalTable: "data_sources",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "ix_restore_jobs_artifact_id",
                table: "restore_jobs",
                column: "artifact_id");

            migrationBuilder.CreateIndex(
                name: "ix_restore_jobs_cleanup_due_at",
                table: "restore_jobs",
                column: "cleanup_due_at",
                filter: "cleanup_due_at is not null");

            migrationBuilder.CreateIndex(
                name: "ix_restore_jobs_data_source_id_trigger_created_at_id",
                table: "restore_jobs",
                columns: new[] { "data_source_id", "trigger", "created_at", "id" },
                descending: new[] { false, false, true, true });

            migrationBuilder.CreateIndex(
                name: "ix_restore_jobs_kept",
                table: "restore_jobs",
                column: "finished_at",
                filter: "kept_database is not null and kept_dropped_at is null");

            migrationBuilder.CreateIndex(
                name: "ix_restore_jobs_source_backup_id_created_at",
                table: "restore_jobs",
                columns: new[] { "source_backup_id", "created_at" },
                descending: new[] { false, true });

            migrationBuilder.CreateIndex(
                name: "ix_restore_jobs_status",
                table: "restore_jobs",
                column: "status",
                filter: "status in ('queued', 'running')");

            migrationBuilder.CreateIndex(
                name: "ix_restore_jobs_trigger_created_at_id",
                table: "restore_jobs",
                columns: new[] { "trigger", "created_at", "id" },
                descending: new[] { false, true, true });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "restore_jobs");
        }
    }
}
