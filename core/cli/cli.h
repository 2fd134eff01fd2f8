// SPDX-License-Identifier: GPL-3.0-or-later
// The program kelter-cli: every command of the contract (docs/architecture.md, "Command line"). One of the three
// borders where an error becomes a value: here a paragraph on stderr, and {"error": …} on stdout with --json.
#pragma once

namespace kelter {

// Exit codes: 0 success, 1 an error or a failed node, 2 a wrong command line, 130 cancelled. Main thread; once.
int run_cli(int argc, char** argv);

}  // namespace kelter
