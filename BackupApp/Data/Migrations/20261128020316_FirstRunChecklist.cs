using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace BackupApp.Data.Migrations
{
    /// <inheritdoc />
    public partial class FirstRunChecklist : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<bool>(
                name: "saved",
                table: "destination_attempts",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.CreateTable(
                name: "checklist_marks",
                columns: table => new
                {
                    item = table.Column<string>(type: "text", nullable: false),
                    not_needed_because = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: true),
                    marked_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    marked_by = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_checklist_marks", x => x.item);
                });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "checklist_marks");

            migrationBuilder.DropColumn(
                name: "saved",
                table: "destination_attempts");
        }
    }
}
