// SPDX-License-Identifier: LGPL-2.1-or-later
#include "evaluation/jobs.h"

#include <fcntl.h>
#include <omp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <nlohmann/json.hpp>

#include "evaluation/json_text.h"
#include "siamtrack/error.h"

namespace siamtrack::evaluation {
namespace {

using nlohmann::json;

volatile std::sig_atomic_t stop_requested = 0;
void request_stop(int) { stop_requested = 1; }

/// Makes an interruption end the pool in order, and gives the old handlers back.
class StopSignals {
 public:
  StopSignals() {
    stop_requested = 0;
    struct sigaction action {};
    action.sa_handler = request_stop;
    sigaction(SIGINT, &action, &old_int_);
    sigaction(SIGTERM, &action, &old_term_);
  }
  ~StopSignals() {
    sigaction(SIGINT, &old_int_, nullptr);
    sigaction(SIGTERM, &old_term_, nullptr);
  }
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

 private:
  struct sigaction old_int_ {};
  struct sigaction old_term_ {};
};

struct Worker {
  pid_t pid = -1;
  int socket = -1;
  std::size_t job = 0;
  bool busy = false;
  std::string buffer;  ///< part of an answer
};

bool write_all(int socket, const char* data, std::size_t size) {
  while (size > 0) {
    const ssize_t written = ::send(socket, data, size, MSG_NOSIGNAL);
    if (written <= 0) return false;
    data += written;
    size -= static_cast<std::size_t>(written);
  }
  return true;
}

/// Answer of a worker: one JSON line with the problems of the job it was given.
std::string answer_of(const Job& job) {
  Problems problems;
  try {
    job.work(problems);
  } catch (const std::exception& error) {
    problems.push_back({job.sequence, {}, 0, job.label + ": " + error.what()});
  }
  json lines = json::array();
  for (const auto& p : problems) lines.push_back({p.sequence, p.file, p.line, p.text});
  return json_text(lines) + "\n";
}

[[noreturn]] void worker_loop(const std::vector<Job>& jobs, int socket) {
  std::signal(SIGINT, SIG_IGN);  // the parent decides when to stop
  std::signal(SIGTERM, SIG_DFL);
  std::size_t index = 0;
  while (::recv(socket, &index, sizeof index, MSG_WAITALL) == sizeof index) {
    const std::string answer = answer_of(jobs[index]);
    if (!write_all(socket, answer.data(), answer.size())) break;
  }
  std::fflush(nullptr);
  ::_exit(0);  // no destructors of the parent's objects
}

class Pool {
 public:
  Pool(const std::vector<Job>& jobs, int workers, const Progress& progress)
      : jobs_(jobs), progress_(progress), problems_(jobs.size()), workers_(count(workers)) {}

  JobsOutcome run() {
    const StopSignals signals;
    for (auto& worker : workers_) give_next(worker);
    while (stop_requested == 0 && any_busy()) wait();
    const bool interrupted = stop_requested != 0;
    for (auto& worker : workers_) end(worker, interrupted);
    JobsOutcome outcome{{}, finished_, interrupted};
    for (auto& list : problems_) {
      outcome.problems.insert(outcome.problems.end(), list.begin(), list.end());
    }
    return outcome;
  }

 private:
  std::size_t count(int workers) const {
    return std::clamp<std::size_t>(static_cast<std::size_t>(std::max(workers, 1)), 1,
                                   std::max<std::size_t>(jobs_.size(), 1));
  }
  bool any_busy() const {
    return std::any_of(workers_.begin(), workers_.end(), [](auto& w) { return w.busy; });
  }

  void start(Worker& worker) {
    int pair[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
      throw Error(ErrorCode::kInternal, std::string("socketpair: ") + std::strerror(errno));
    }
    std::fflush(nullptr);
    // A child has none of its parent's OpenMP threads, and would wait for them for ever.
    omp_pause_resource_all(omp_pause_hard);
    const pid_t pid = ::fork();
    if (pid < 0) throw Error(ErrorCode::kInternal, std::string("fork: ") + std::strerror(errno));
    if (pid == 0) {
      ::close(pair[0]);
      for (const auto& other : workers_) {
        if (other.socket >= 0) ::close(other.socket);
      }
      worker_loop(jobs_, pair[1]);
    }
    ::close(pair[1]);
    worker = {pid, pair[0], 0, false, {}};
  }

  void give_next(Worker& worker) {
    worker.busy = false;
    if (next_ >= jobs_.size()) return;
    if (worker.pid < 0) start(worker);
    worker.job = next_++;
    worker.busy = true;
    write_all(worker.socket, reinterpret_cast<const char*>(&worker.job), sizeof worker.job);
  }

  void wait() {
    std::vector<pollfd> polls;
    polls.reserve(workers_.size());
    for (const auto& worker : workers_) {
      polls.push_back({worker.busy ? worker.socket : -1, POLLIN, 0});
    }
    constexpr int kPollMs = 200;
    if (::poll(polls.data(), polls.size(), kPollMs) <= 0) return;
    for (std::size_t i = 0; i < polls.size(); ++i) {
      if (polls[i].revents != 0) receive(workers_[i]);
    }
  }

  void receive(Worker& worker) {
    char chunk[65536];
    const ssize_t size = ::recv(worker.socket, chunk, sizeof chunk, 0);
    if (size < 0 && errno == EINTR) return;
    if (size <= 0) return bury(worker);
    worker.buffer.append(chunk, static_cast<std::size_t>(size));
    if (worker.buffer.back() != '\n') return;
    for (const auto& p : json::parse(worker.buffer)) {
      problems_[worker.job].push_back({p[0], p[1], p[2], p[3]});
    }
    worker.buffer.clear();
    done(worker);
  }

  /// The worker died in the middle of its job: name the job, go on with a new worker.
  void bury(Worker& worker) {
    int status = 0;
    ::waitpid(worker.pid, &status, 0);
    ::close(worker.socket);
    const std::string how = WIFSIGNALED(status)
                                ? "crashed (" + std::string(strsignal(WTERMSIG(status))) + ")"
                                : "ended early with status " + std::to_string(WEXITSTATUS(status));
    const Job& job = jobs_[worker.job];
    problems_[worker.job].push_back({job.sequence, {}, 0, job.label + ": " + how});
    worker.pid = worker.socket = -1;
    worker.buffer.clear();
    done(worker);
  }

  void done(Worker& worker) {
    ++finished_;
    if (progress_) progress_(finished_, jobs_.size(), jobs_[worker.job].label);
    give_next(worker);
  }

  static void end(Worker& worker, bool at_once) {
    if (worker.pid < 0) return;
    if (at_once) ::kill(worker.pid, SIGTERM);
    ::close(worker.socket);
    ::waitpid(worker.pid, nullptr, 0);
  }

  const std::vector<Job>& jobs_;
  const Progress& progress_;
  std::vector<Problems> problems_;
  std::vector<Worker> workers_;
  std::size_t next_ = 0;
  std::size_t finished_ = 0;
};

}  // namespace

JobsOutcome run_jobs(const std::vector<Job>& jobs, int workers, const Progress& progress) {
  return Pool(jobs, workers, progress).run();
}

}  // namespace siamtrack::evaluation
