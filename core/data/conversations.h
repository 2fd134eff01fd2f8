// SPDX-License-Identifier: GPL-3.0-or-later
// Conversations from files of one JSON object a line, written down as a model wants them. Pure functions of file and
// tokenizer; any thread.
#pragma once

#include <string>
#include <vector>

#include "core/base/files.h"
#include "core/model/chat_template.h"
#include "core/model/tokenizer.h"

namespace kelter {

// The keys of a line decide how it is read; other keys are passed over:
//   messages                      a list of {"role", "content"}, both texts
//   prompt, completion            the user's message and the answer
//   instruction, output [, input]   the same; an input that is not empty stands behind the instruction, after an empty line
// Error(invalid_data) naming `where` for anything else, and for an empty list.
std::vector<ChatMessage> conversation_of(const Json& object, const std::string& where);

// Each line's conversation in the tokenizer's chat template, without the beginning of another turn. A template that asks
// for the date gets 26 July 2024, so that a file gives the same text on every day. Error(unsupported) when the model has no
// template or it uses what Kelter does not know, Error(file_malformed | invalid_data) naming file and line.
std::vector<std::string> load_conversations(const fs::path& file, const Tokenizer& tokenizer);

}  // namespace kelter
