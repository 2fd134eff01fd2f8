// SPDX-License-Identifier: GPL-3.0-or-later
// From the text of a chat template to its tree, after the language's documentation
// (https://jinja.palletsprojects.com/en/stable/templates/) with trim_blocks, lstrip_blocks and loop controls, as
// transformers sets them. What the renderer does not know is refused here: JinjaError(unsupported) with the line. Trees
// are immutable and at most max_depth deep, so that walking them cannot end the stack.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/model/jinja_value.h"

namespace kelter::jinja {

enum class TokenKind { data, print_begin, print_end, block_begin, block_end, name, text, integer, number, symbol, end };
struct Token {
  TokenKind kind = TokenKind::end;
  std::string text;   // of data and strings: what they stand for
  int line = 1;
};
std::vector<Token> tokenize(std::string_view source);

enum class ExpressionKind {
  constant, name, list, tuple, dict, attribute, item, slice, call, filter, test, negative, positive, logical_not,
  logical_and, logical_or, arithmetic, concatenation, comparison, conditional
};
struct Expression;
using ExpressionPtr = std::unique_ptr<const Expression>;
struct Expression {
  ExpressionKind kind = ExpressionKind::constant;
  std::string name;                       // name, attribute, filter, test, operator
  Value constant;
  std::vector<ExpressionPtr> children;    // dict: keys and values by turns; slice: of what, from, to, step; null: left out
  std::vector<std::string> names;         // keywords of the last children of a call; operators of a comparison
  bool negated = false;                   // is not
  int line = 1, depth = 1;
};

enum class StatementKind { data, print, for_loop, condition, set, block_set, macro, break_loop, continue_loop, group };
struct Statement;
using StatementPtr = std::unique_ptr<const Statement>;
using Body = std::vector<StatementPtr>;
struct Statement {
  StatementKind kind = StatementKind::data;
  std::string text;                        // data; name of a macro
  ExpressionPtr target, value, filter;     // set; for TARGET in VALUE if FILTER; filter of a block set: on constant none
  std::vector<ExpressionPtr> conditions;   // of if and elif; defaults of the last parameters
  std::vector<std::string> parameters;
  std::vector<Body> bodies;                // one a condition, then else
  int line = 1;
};

inline constexpr int max_depth = 60;
Body parse(std::string_view source);

// What the renderer knows, asked while parsing.
bool is_known_filter(const std::string& name);
bool is_known_test(const std::string& name);
bool is_known_method(const std::string& name);

}  // namespace kelter::jinja
