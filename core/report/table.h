// SPDX-License-Identifier: GPL-3.0-or-later
// A table as shown to a person, with the numbers behind its texts, and its written forms. Values; any thread.
// Every form has "." as decimal sign in every locale, unless a decimal comma is asked for.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/json.h"

namespace kelter {

inline constexpr const char* missing_text = "\u2014";  // a value that does not exist

enum class Alignment { left, right };
enum class ColumnKind { text, number };

struct Column {
  std::string title;
  Alignment alignment = Alignment::left;
  ColumnKind kind = ColumnKind::text;
  std::string unit;  // of the numbers, where texts have units of their own ("98.4 MB", 98362432 bytes) and the title none
};

struct Cell {
  std::string text = missing_text;
  std::optional<double> number;  // in the unit of the column, all digits
  std::optional<double> error;   // standard error or spread of the number
};

struct Table {
  std::string title;
  std::vector<Column> columns;
  std::vector<std::vector<Cell>> rows;  // as many cells as columns

  // Columns of text stand left, of numbers right.
  void add_column(const std::string& title, ColumnKind kind = ColumnKind::number, const std::string& unit = {});
};

// Aligned columns for a terminal.
std::string table_to_text(const Table& table);

// RFC 4180 (CRLF, quotes doubled), UTF-8. Numbers at full precision, their unit behind the title; a missing value is an empty field; a
// column with errors is followed by one of these, "TITLE error".
std::string table_to_csv(const Table& table);

// A GitHub-style table under its title.
std::string table_to_markdown(const Table& table);

struct LatexOptions {
  bool decimal_comma = false;  // 0{,}5 in cells of numbers
  std::string label;           // of \label; none if empty
};

// A table environment for the package booktabs, pure ASCII where the source text is Latin with the signs
// Kelter uses.
std::string table_to_latex(const Table& table, const LatexOptions& options = {});

// {"title", "columns": [{"title", "kind"}], "rows": [[{"text", "number", "error"}]]}
Json table_to_json(const Table& table);

std::string escape_latex(std::string_view text);
std::string escape_markdown(std::string_view text);

// Terminal columns a UTF-8 text takes: 0 for combining marks, 2 for East Asian wide characters and emoji.
std::size_t display_width(std::string_view text);

}  // namespace kelter
