using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace BackupApp.Data.Migrations
{
    /// <inheritdoc />
    public partial class Pings : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<DateOnly>(
                name: "report_week",
                table: "alert_deliveries",
                type: "date",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "ping_targets",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    policy_id = table.Column<Guid>(type: "uuid", nullable: true),
                    style = table.Column<string>(type: "text", nullable: false),
                    url_cipher = table.Column<byte[]>(type: "bytea", nullable: false),
                    shown = table.Column<string>(type: "text", nullable: false),
                    tells_start = table.Column<bool>(type: "boolean", nullable: false),
                    tells_fail = table.Column<bool>(type: "boolean", nullable: false),
                    runs_from = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    next_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_ping_targets", x => x.id);
                    table.ForeignKey(
                        name: "fk_ping_targets_backup_policies_policy_id",
                        column: x => x.policy_id,
                        principalTable: "backup_policies",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "weekly_snapshots",
                columns: table => new
                {
                    week = table.Column<DateOnly>(type: "date", nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    sources = table.Column<string>(type: "jsonb", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_weekly_snapshots", x => x.week);
                });

            migrationBuilder.CreateTable(
                name: "pings",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    target_id = table.Column<Guid>(type: "uuid", nullable: false),
                    round = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    state = table.Column<string>(type: "text", nullable: false),
                    text = table.Column<string>(type: "text", nullable: false),
                    duration = table.Column<TimeSpan>(type: "interval", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    next_attempt_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    attempts = table.Column<int>(type: "integer", nullable: false),
                    sent_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    answer = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_pings", x => x.id);
                    table.ForeignKey(
                        name: "fk_pings_ping_targets_target_id",
                        column: x => x.target_id,
                        principalTable: "ping_targets",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_alert_deliveries_channel_id_report_week",
                table: "alert_deliveries",
                columns: new[] { "channel_id", "report_week" },
                unique: true,
                filter: "report_week is not null");

            migrationBuilder.CreateIndex(
                name: "ix_ping_targets_policy_id",
                table: "ping_targets",
                column: "policy_id");

            migrationBuilder.CreateIndex(
                name: "ix_pings_next_attempt_at",
                table: "pings",
                column: "next_attempt_at",
                filter: "next_attempt_at is not null");

            migrationBuilder.CreateIndex(
                name: "ix_pings_target_id_created_at_id",
                table: "pings",
                columns: new[] { "target_id", "created_at", "id" },
                descending: new[] { false, true, true });

            migrationBuilder.CreateIndex(
                name: "ix_pings_target_id_round_state",
                table: "pings",
                columns: new[] { "target_id", "round", "state" },
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "pings");

            migrationBuilder.DropTable(
                name: "weekly_snapshots");

            migrationBuilder.DropTable(
                name: "ping_targets");

            migrationBuilder.DropIndex(
                name: "ix_alert_deliveries_channel_id_report_week",
                table: "alert_deliveries");

            migrationBuilder.DropColumn(
                name: "report_week",
                table: "alert_deliveries");
        }
    }
}
