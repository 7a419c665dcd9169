/* Preloaded into processes of the tests: the time of day is so many seconds off as the file WRONG_CLOCK says at
   that moment. The clock that only measures how long something takes goes on, as where a machine's is set. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static int64_t off(void)
{
    static volatile const int64_t *seconds;
    if (seconds == NULL) {
        int file = open(getenv("WRONG_CLOCK"), O_RDONLY | O_CLOEXEC);
        void *place = mmap(NULL, sizeof *seconds, PROT_READ, MAP_SHARED, file, 0);
        if (place == MAP_FAILED)
            abort();
        close(file);
        seconds = place;
    }
    return *seconds;
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
    int failed = (int)syscall(SYS_clock_gettime, clock, now);
    if (!failed && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
        now->tv_sec += off();
    return failed;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone)
{
    int failed = (int)syscall(SYS_gettimeofday, now, zone);
    if (!failed)
        now->tv_sec += off();
    return failed;
}

time_t time(time_t *now)
{
    struct timespec found;
    clock_gettime(CLOCK_REALTIME, &found);
    if (now != NULL)
        *now = found.tv_sec;
    return found.tv_sec;
}
