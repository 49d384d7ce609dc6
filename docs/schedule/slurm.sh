#!/bin/bash
#SBATCH --job-name=report --cpus-per-task=4 --mem=8G --time=01:00:00
#SBATCH --signal=B:TERM@60 --mail-type=FAIL
# sbatch docs/schedule/slurm.sh, from the project's folder. A minute before the time is up the run is stopped, and leaves the last report as it is.
exec .venv/bin/study run data/demo --jobs 4 --log json
